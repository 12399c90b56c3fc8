"""Detections: checked when made, indexed like arrays, written as JSON and COCO."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import sys
import types

import numpy as np
import pytest
from edgevision.runtime.results.classifications import Result
from edgevision.runtime.results.detections import Detection, Detections
from edgevision.runtime.results.nested import RefinedDetections

from edgevision.errors import MissingDependencyError


@pytest.fixture
def found() -> Detections:
    return Detections(
        np.asarray([[0, 0, 10, 20], [5, 5, 6.25, 8], [1, 2, 3, 4]], np.float32),
        np.asarray([0.9, 0.75, 0.5], np.float32),
        np.asarray([2, 0, 2]),
        ("kite", "cat", "kite"),
    )


def test_items_are_single_detections(found: Detections) -> None:
    assert len(found) == 3
    assert [item.label for item in found] == ["kite", "cat", "kite"]
    assert found[1] == Detection(0, 0.75, "cat", (5.0, 5.0, 6.25, 8.0))
    assert found[-1].box == (1.0, 2.0, 3.0, 4.0)
    assert isinstance(found, Result)


def test_subsets_by_mask_slice_and_positions(found: Detections) -> None:
    assert found[found.class_ids == 2].labels == ("kite", "kite")
    assert found[found.scores > 2].labels == ()
    assert found[:2].scores.tolist() == [np.float32(0.9), 0.75]
    assert found[[2, 0]].boxes[0].tolist() == [1, 2, 3, 4]
    assert len(found[[]]) == 0
    with pytest.raises(IndexError):
        found[np.ones(5, bool)]


def test_empty_is_a_normal_value() -> None:
    none = Detections.empty()
    assert len(none) == 0
    assert list(none) == []
    assert none.to_dict() == {"detections": []}
    assert none.to_coco(1) == []
    assert len(none[none.scores > 0.5]) == 0


def test_to_dict_is_plain_json(found: Detections) -> None:
    record = json.loads(json.dumps(found.to_dict()))["detections"][1]
    assert record == {
        "class_id": 0,
        "label": "cat",
        "score": 0.75,
        "box": [5.0, 5.0, 6.25, 8.0],
    }


def test_track_ids_go_with_their_objects(found: Detections) -> None:
    assert found[0].track_id == -1
    assert "track_id" not in found.to_dict()["detections"][0]
    tracked = dataclasses.replace(found, track_ids=np.asarray([4, -1, 9]))
    assert [item.track_id for item in tracked] == [4, -1, 9]
    assert tracked[2].track_id == 9
    assert tracked[[2, 0]].track_ids.tolist() == [9, 4]
    assert Detections.joined([tracked, tracked[:1]]).track_ids.tolist() == [4, -1, 9, 4]
    assert Detections.joined([tracked, found]).track_ids is None
    records = json.loads(json.dumps(tracked.to_dict()))["detections"]
    assert [record["track_id"] for record in records] == [4, None, 9]
    refined = RefinedDetections(
        *(getattr(tracked, field.name) for field in dataclasses.fields(tracked)),
        answers=(found,) * 3,
    )
    assert refined[1:].track_ids.tolist() == [-1, 9]
    for wrong in (np.asarray([1, 2]), np.asarray([1.0, 2.0, 3.0])):
        with pytest.raises(ValueError, match=r"track_ids must be int64 of shape \(3,"):
            dataclasses.replace(found, track_ids=wrong)


def test_to_coco_writes_widths(found: Detections) -> None:
    records = found.to_coco(7, category_ids={0: 17, 2: 38})
    assert records[1] == {
        "image_id": 7,
        "category_id": 17,
        "bbox": [5.0, 5.0, 1.25, 3.0],
        "score": 0.75,
    }
    with pytest.raises(ValueError, match="category_ids has no class 2"):
        found.to_coco(7, category_ids={0: 17})


@pytest.mark.skipif(
    importlib.util.find_spec("supervision") is not None, reason="supervision is here"
)
def test_to_supervision_says_what_to_install(found: Detections) -> None:
    with pytest.raises(MissingDependencyError, match="pip install supervision"):
        found.to_supervision()


def test_to_supervision_gives_its_own_type(
    found: Detections, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = types.ModuleType("supervision")
    stand_in.Detections = types.SimpleNamespace  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "supervision", stand_in)
    given = found.to_supervision()
    np.testing.assert_array_equal(given.xyxy, found.boxes)
    np.testing.assert_array_equal(given.confidence, found.scores)
    assert given.class_id.tolist() == [2, 0, 2]
    assert given.data["class_name"].tolist() == ["kite", "cat", "kite"]
    assert not np.shares_memory(given.xyxy, found.boxes)


@pytest.mark.parametrize(
    ("boxes", "scores", "ids", "labels", "sentence"),
    [
        ((4, 12), 4, 4, 4, r"boxes must have shape \(4, 4\), got \(4, 12\)"),
        ((4, 4), 3, 4, 4, r"class_ids and scores must have shape \(N,\)"),
        ((4, 4), 4, 4, 3, "labels must have 4 texts, got 3"),
    ],
)
def test_shapes_are_checked(
    boxes: tuple[int, int], scores: int, ids: int, labels: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Detections(
            np.zeros(boxes, np.float32),
            np.zeros(scores, np.float32),
            np.zeros(ids, np.int64),
            ("x",) * labels,
        )


EYES = ("right eye", "left eye")


@pytest.fixture
def faces() -> Detections:
    points = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    return Detections(
        np.asarray([[0, 0, 9, 9], [5, 5, 6, 8], [1, 2, 3, 4]], np.float32),
        np.asarray([0.9, 0.75, 0.5], np.float32),
        np.zeros(3, np.int64),
        ("face",) * 3,
        keypoints=points,
        keypoint_labels=EYES,
    )


def test_keypoints_stay_with_their_objects(faces: Detections) -> None:
    assert faces.keypoints is not None
    subset = faces[[2, 0]]
    np.testing.assert_array_equal(subset.keypoints, faces.keypoints[[2, 0]])
    assert subset.keypoint_labels == EYES
    for one in (faces[1], list(faces)[1]):
        np.testing.assert_array_equal(one.keypoints, [[4, 5], [6, 7]])
        assert one.keypoint_labels == EYES
    none = faces[faces.scores > 2]
    assert none.keypoints is not None
    assert none.keypoints.shape == (0, 2, 2)
    empty = Detections.empty(EYES)
    assert empty.keypoints is not None
    assert empty.keypoints.shape == (0, 2, 2)


def test_keypoints_are_in_the_record(faces: Detections) -> None:
    record = json.loads(json.dumps(faces.to_dict()))["detections"][1]
    assert record["keypoints"] == [
        {"label": "right eye", "x": 4.0, "y": 5.0},
        {"label": "left eye", "x": 6.0, "y": 7.0},
    ]


def test_results_of_several_views_are_joined(faces: Detections) -> None:
    joined = Detections.joined([Detections.empty(), faces[:1], faces[1:]])
    assert joined.labels == faces.labels
    np.testing.assert_array_equal(joined.boxes, faces.boxes)
    np.testing.assert_array_equal(joined.keypoints, faces.keypoints)
    assert joined.keypoint_labels == EYES
    nothing = Detections.joined([Detections.empty(EYES), Detections.empty(EYES)])
    assert nothing.keypoint_labels == EYES
    assert len(Detections.joined([])) == 0


def test_shapes_of_keypoints_are_checked(faces: Detections) -> None:
    with pytest.raises(ValueError, match=r"keypoints must have shape \(3, 2, 2\)"):
        dataclasses.replace(faces, keypoints=np.zeros((3, 1, 2), np.float32))
    with pytest.raises(ValueError, match="keypoints is None, but there are 2 labels"):
        dataclasses.replace(faces, keypoints=None)
    with pytest.raises(ValueError, match=r"uncut must have shape \(3, 4\)"):
        dataclasses.replace(faces, uncut=faces.boxes[:2])


def test_whole_boxes_stay_with_their_objects(faces: Detections) -> None:
    whole = dataclasses.replace(faces, uncut=faces.boxes - 5)
    joined = Detections.joined([whole[[2, 0]], Detections.empty(EYES)])
    np.testing.assert_array_equal(joined.uncut, faces.boxes[[2, 0]] - 5)
    assert Detections.joined([whole, faces]).uncut is None
