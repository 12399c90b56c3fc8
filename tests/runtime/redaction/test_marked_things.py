"""Which things of a result are to be covered, and where they are."""

import numpy as np
import pytest
from edgevision.runtime.redaction import head_boxes, marked_boxes, marked_pixels
from edgevision.runtime.results import (
    COCO_KEYPOINTS,
    Classifications,
    Detections,
    Landmarks,
    RefinedDetections,
    Segmentation,
    Text,
)
from support.results_of_people import boxes, person

from edgevision.errors import RedactionError

ROWS = [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12)]


def test_the_boxes_of_the_labels_are_taken():
    seen = boxes(ROWS, ("face", "car", "face"))
    assert marked_boxes(seen, {"face"}).tolist() == [[1, 2, 3, 4], [9, 10, 11, 12]]
    assert len(marked_boxes(seen, {"all"})) == 3
    assert len(marked_boxes(seen, {"face", "car"})) == 3
    assert marked_boxes(seen, {"dog"}).shape == (0, 4)
    assert marked_boxes(Detections.empty(), {"face"}).shape == (0, 4)


def test_the_head_of_a_person_with_keypoints_is_a_face():
    pose = person(100, 50, 40)
    seen = Detections(
        np.asarray([(80, 50, 120, 120)], np.float32),
        np.ones(1, np.float32),
        np.zeros(1, np.int64),
        ("person",),
        keypoints=pose.keypoints,
        keypoint_labels=COCO_KEYPOINTS,
    )
    head = head_boxes(pose.keypoints, COCO_KEYPOINTS)
    assert np.array_equal(marked_boxes(seen, {"face"}), head)
    assert np.array_equal(marked_boxes(pose, {"face"}), head)
    assert marked_boxes(seen, {"person"}).tolist() == [[80, 50, 120, 120]]


def test_a_person_of_keypoints_is_covered_from_head_to_foot():
    pose = person(100, 50, 40)
    (left, top, right, bottom) = marked_boxes(pose, {"person"})[0]
    assert left <= pose.keypoints[0, :, 0].min()
    assert right >= pose.keypoints[0, :, 0].max()
    assert top <= 50
    assert bottom >= 50 + 1.68 * 40 - 1e-3
    assert len(marked_boxes(pose, {"dog"})) == 0


def test_things_of_landmarks_are_taken_by_their_label():
    points = np.zeros((2, 3, 3), np.float32)
    points[0, :, 0], points[0, :, 1] = (1, 5, 3), (2, 4, 9)
    seen = Landmarks(
        points,
        np.ones(2, np.float32),
        ("face", "left hand"),
        ("a", "b", "c"),
        (),
        np.zeros((2, 4, 2), np.float32),
    )
    assert marked_boxes(seen, {"face"}).tolist() == [[1, 2, 5, 9]]
    assert len(marked_boxes(seen, {"all"})) == 2


def test_the_pixels_of_a_class_are_taken():
    mask = np.zeros((30, 40), np.uint8)
    mask[5:9, 6:10], mask[20, 20] = 3, 7
    seen = Segmentation(
        mask,
        np.asarray([0, 3, 7]),
        np.asarray([0.9, 0.09, 0.01], np.float32),
        ("background", "person", "dog"),
    )
    person_only = marked_pixels(seen, {"person"})
    assert person_only is not None
    assert np.array_equal(person_only.mask(), mask == 3)
    everything = marked_pixels(seen, {"all"})
    assert everything is not None
    assert np.array_equal(everything.mask(), mask != 0)
    grown = marked_pixels(seen, {"person"}, margin=1.0)
    assert grown is not None
    assert np.argwhere(grown.mask()).min(axis=0).tolist() == [5 - 4, 6 - 4]
    nobody = marked_pixels(seen, {"cat"})
    assert nobody is not None
    assert not len(nobody)
    assert marked_pixels(boxes([], ()), {"person"}) is None


class OwnDetections(Detections):
    """Somebody's own kind, which may hold anything."""


@pytest.mark.parametrize(
    "result",
    [
        Text("AB 12", np.ones(5, np.float32)),
        Classifications(np.zeros(1, np.int64), np.ones(1, np.float32), ("face",)),
        OwnDetections.empty(),
        RefinedDetections.empty(),
        None,
        42,
    ],
)
def test_a_result_without_places_is_an_error(result):
    with pytest.raises(RedactionError, match="does not say where things are"):
        marked_boxes(result, {"face"})
