"""Points of things: shapes, subsets and their JSON."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from edgevision.runtime.results.landmarks import Landmarks

F32 = np.float32
HANDS = Landmarks(
    np.array([[[1, 2, 3], [4, 0, -1]], [[5, 6, 0], [7, 8, 0]]], F32),
    np.array([0.75, 0.5], F32),
    ("left hand", "right hand"),
    ("wrist", "tip"),
    ((0, 1),),
    np.zeros((2, 4, 2), F32),
    np.array([[0.5, 1], [0, 1]], F32),
    np.ones((2, 2, 3), F32),
    np.zeros((2, 1, 3), F32),
)


def test_items_and_subsets_keep_everything() -> None:
    second = HANDS[1]
    assert (second.label, second.score, second.box) == ("right hand", 0.5, (5, 6, 7, 8))
    for subset in (HANDS[1:], HANDS[[1]], HANDS[np.array([False, True])]):
        assert subset.item_labels == ("right hand",)
        np.testing.assert_array_equal(subset.points[0], second.points)
        assert subset.auxiliary is not None
        assert len(subset.auxiliary) == 1
    assert [item.label for item in HANDS] == ["left hand", "right hand"]
    np.testing.assert_array_equal(HANDS.boxes, [[1, 0, 4, 2], [5, 6, 7, 8]])
    assert HANDS[:0].boxes.shape == (0, 4)


def test_json_names_the_points_once() -> None:
    data = json.loads(json.dumps(HANDS.to_dict()))
    assert data["point_labels"] == ["wrist", "tip"]
    first = data["landmarks"][0]
    assert first["points"] == [[1, 2, 3], [4, 0, -1]]
    assert first["box"] == [1, 0, 4, 2]
    assert (first["label"], first["point_scores"]) == ("left hand", [0.5, 1.0])
    assert first["world_points"] == [[1, 1, 1], [1, 1, 1]]
    assert Landmarks.empty(("0", "1")).to_dict() == {"landmarks": []}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points": np.zeros((2, 2, 2), F32)}, r"points must have shape \(2, 2, 3\)"),
        ({"item_labels": ("hand",)}, "item_labels must have 2 texts, got 1"),
        ({"skeleton": ((0, 2),)}, "must join positions below 2"),
        ({"point_scores": np.zeros(2, F32)}, "point_scores must have shape"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(change, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        Landmarks(**{**vars(HANDS), **change})


def test_track_ids_go_with_their_things() -> None:
    assert HANDS[0].track_id == -1
    tracked = dataclasses.replace(HANDS, track_ids=np.asarray([7, -1]))
    assert [item.track_id for item in tracked[::-1]] == [-1, 7]
    records = tracked.to_dict()["landmarks"]
    assert [record["track_id"] for record in records] == [7, None]
    assert "track_id" not in HANDS.to_dict()["landmarks"][0]
    with pytest.raises(ValueError, match=r"track_ids must be int64 of shape \(2,"):
        dataclasses.replace(HANDS, track_ids=np.asarray([7]))
