"""Rows of people from CenterNet's export for keypoints."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.centernet import (
    CenterNetPoseDecoder,
    CenterNetPoseOptions,
)
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (320, 320)
FRAME = Letterbox.fit((640, 320), SIZE)


def rows() -> list[np.ndarray]:
    boxes = np.zeros((1, 5, 4), np.float32)
    boxes[0, :, 2:] = 1
    boxes[0, 1] = [0.1, 0.3, 0.9, 0.7]  # top, left, bottom, right
    scores = np.float32([[0.5, 0.9, 0.8, 0.1, 0.7]])
    classes = np.float32([[0, 0, 16, 0, 0]])
    points = np.full((1, 5, 17, 2), 0.5, np.float32)
    points[0, 1, 3] = [0.25, 0.75]  # y, x
    shares = np.full((1, 5, 17), 0.6, np.float32)
    return [boxes, classes, scores, np.float32([4]), points, shares]


def decoded(outputs: list[np.ndarray], **options):
    tensors = [
        TensorSpec(f"Call:{i}", i, raw.shape, raw.dtype)
        for i, raw in enumerate(outputs)
    ]
    known = CenterNetPoseOptions(**options)
    decoder = CenterNetPoseDecoder(tensors, model_size=SIZE, options=known)
    return decoder.decode(outputs, FRAME)


def test_people_in_use_are_read_best_first() -> None:
    poses = decoded(rows())
    # Row 2 is a dog, row 3 below the threshold, row 4 not in use.
    np.testing.assert_allclose(poses.scores, [0.9, 0.5])
    np.testing.assert_allclose(poses.boxes[0], [192, 32, 448, 288])
    np.testing.assert_allclose(poses.keypoints[0, 3], [480, 80])
    np.testing.assert_allclose(poses.keypoints[1], [[320, 160]] * 17)
    assert poses.labels[3] == "left ear"
    assert decoded(rows(), max_detections=1).scores.tolist() == pytest.approx([0.9])
    assert decoded(rows(), person=16).scores.tolist() == pytest.approx([0.8])


def test_broken_rows_are_dropped_or_zero() -> None:
    outputs = rows()
    outputs[0][0, 0, 0] = np.nan
    outputs[4][0, 1, 5] = np.inf
    poses = decoded(outputs)
    assert len(poses) == 1
    assert poses.keypoint_scores[0, 5] == 0
    assert np.isfinite(poses.keypoints).all()
    outputs[3][0] = np.nan
    outputs[2][:] = np.nan
    assert len(decoded(outputs)) == 0


def test_another_order_is_the_callers() -> None:
    outputs = rows()[::-1]
    with pytest.raises(UnsupportedModelError, match="Pass --option roles= with"):
        decoded(outputs)
    roles = "keypoint-scores,keypoints,count,scores,classes,boxes"
    np.testing.assert_allclose(decoded(outputs, roles=roles).scores, [0.9, 0.5])
    with pytest.raises(ValueError, match="once each, got boxes"):
        decoded(outputs, roles="boxes")


def test_labels_are_those_of_keypoints() -> None:
    tensors = [TensorSpec("", i, raw.shape, raw.dtype) for i, raw in enumerate(rows())]
    with pytest.raises(UnsupportedModelError, match="17 keypoints, but there are 1"):
        CenterNetPoseDecoder(tensors, model_size=SIZE, labels=("a",))
