"""Recognise models of people as keypoints."""

from __future__ import annotations

from typing import Final

from ...tflite import ModelFile, Tensor
from .answer import Recognition, single_output

_MOVENET: Final = "MoveNet's page on TensorFlow Hub"
_MULTI_POSE: Final = (1, 6, 56)


def find_pose(model: ModelFile) -> Recognition | None:
    """Recognise MoveNet's keypoints of one person or of six.

    Six rows of 56 are no other head: a YOLO of 52 classes has a row per cell, and the
    smallest input that it takes has 21; no export has six numbers for each of 56 boxes
    with the numbers first.
    """
    output = single_output(model)
    if output is None:
        return None
    if output.shape == (1, 1, 17, 3):
        return _movenet("one output 1x1x17x3: 17 keypoints of y, x, score")
    if is_multi_pose(output):
        return _movenet(
            "one output 1x6x56: six people with 17 keypoints of y, x, score, a box and "
            "a score"
        )
    return None


def is_multi_pose(output: Tensor) -> bool:
    """Return whether an output has the shape of MoveNet MultiPose's."""
    return output.shape == _MULTI_POSE


def _movenet(evidence: str) -> Recognition:
    """Return what the published files have in common.

    Each takes pixels 0..255 in a picture that is resized with padding, whether its
    input is int32, uint8 or float32.
    """
    return Recognition(
        "pose",
        evidence,
        normalize="raw",
        resize="letterbox",
        input_evidence=_MOVENET,
    )
