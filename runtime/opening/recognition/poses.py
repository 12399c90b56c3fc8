"""Recognise models of people as keypoints."""

from __future__ import annotations

from ...tflite import ModelFile
from .answer import Recognition, single_output


def find_pose(model: ModelFile) -> Recognition | None:
    """Recognise MoveNet's one output of 17 keypoints."""
    output = single_output(model)
    if output is None or output.shape != (1, 1, 17, 3):
        return None
    return Recognition("pose", "one output 1x1x17x3: 17 keypoints of y, x, score")
