"""The head of a person whose measures are known, from any side."""

import numpy as np
import pytest
from edgevision.runtime.redaction import has_faces, head_boxes
from edgevision.runtime.results import COCO_KEYPOINTS
from support.results_of_people import HEAD, person

from edgevision.errors import RedactionError


@pytest.mark.parametrize("turned", [0, 0.8, 1.3, np.pi / 2, np.pi])
@pytest.mark.parametrize("meter", [20.0, 300.0])
def test_the_whole_head_is_inside(turned, meter):
    pose = person(100, 50, meter, turned=turned)
    left, top, right, bottom = head_boxes(pose.keypoints, pose.labels)[0]
    # A head seen from the side is as wide as it is high.
    half = HEAD[3] / 2 if turned == np.pi / 2 else HEAD[2]
    assert left <= 100 - half * meter
    assert right >= 100 + half * meter
    assert top <= 50
    assert bottom >= 50 + HEAD[3] * meter
    assert right - left <= 0.45 * meter, "a head, and not the whole person"


def test_two_keypoints_of_a_face_are_enough():
    box = head_boxes([[[10, 20], [20, 20]]], ["left eye", "right eye"])[0]
    assert box[0] < 10
    assert box[2] > 20
    assert box[3] > 24


def test_points_of_no_face_are_an_error():
    assert not has_faces(("thumb tip", "wrist"))
    assert has_faces(COCO_KEYPOINTS)
    with pytest.raises(RedactionError, match="keypoints are thumb tip, wrist"):
        head_boxes(np.zeros((1, 2, 2)), ("thumb tip", "wrist"))


def test_a_point_that_is_no_number_is_an_error():
    points = person(100, 50, 20).keypoints.copy()
    points[0, 9, 1] = np.nan
    with pytest.raises(RedactionError, match="not a finite number"):
        head_boxes(points, COCO_KEYPOINTS)


def test_nobody_has_no_head():
    assert head_boxes(np.zeros((0, 17, 2)), COCO_KEYPOINTS).shape == (0, 4)
