"""Results of first models as boxes with keypoints."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.model.stages.objects import objects_of
from edgevision.runtime.results import Detections, Landmarks, Poses, Text

from edgevision.errors import UnsupportedModelError


def test_landmarks_and_poses_are_things_too() -> None:
    points = np.asarray([[[1, 2, 9], [5, 7, 9]]], np.float32)
    face = Landmarks(
        points,
        np.asarray([0.5], np.float32),
        ("face",),
        ("0", "1"),
        (),
        np.zeros((1, 4, 2), np.float32),
    )
    found = objects_of(face, "mesh")
    assert found.boxes.tolist() == [[1, 2, 5, 7]]
    assert found.labels == ("face",)
    assert found.keypoint_labels == ("0", "1")
    people = Poses(
        np.tile(points[:, :1, :2], (1, 17, 1)) + np.arange(17)[:, None],
        np.ones((1, 17), np.float32),
        np.ones(1, np.float32),
    )
    assert objects_of(people, "pose").boxes.tolist() == [[1, 2, 17, 18]]
    assert objects_of(people, "pose").labels == ("person",)
    nobody = people[[]]
    assert len(objects_of(nobody, "pose")) == 0
    boxes = Detections.empty()
    assert objects_of(boxes, "eye") is boxes


def test_a_result_without_places_is_refused() -> None:
    with pytest.raises(UnsupportedModelError, match="net gave a Text; regions are cut"):
        objects_of(Text("", np.zeros(0, np.float32)), "net")
