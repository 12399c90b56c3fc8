"""The tracks of a moment: shapes, items, trails, JSON."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from edgevision.runtime.tracking import Track, Tracks

F32 = np.float32
TWO = Tracks(
    5.0,
    np.asarray([3, 8]),
    np.asarray([0, 2]),
    ("person", "car"),
    np.asarray([[0, 0, 10, 20], [5, 5, 9, 9]], F32),
    np.asarray([0.75, 0.5], F32),
    np.asarray([5.0, 4.5]),
    np.asarray([1.0, 4.0]),
    np.asarray([[[1, 2], [3, 4]], [[np.nan, np.nan], [5, 6]]], F32),
)


def test_items() -> None:
    assert len(TWO) == 2
    assert TWO[1] == Track(8, 2, "car", (5.0, 5.0, 9.0, 9.0), 0.5, 4.5, 4.0, False)
    assert [track.track_id for track in TWO] == [3, 8]
    assert TWO.seen.tolist() == [True, False]
    assert TWO.trail(0).tolist() == [[1, 2], [3, 4]]
    assert TWO.trail(1).tolist() == [[5, 6]]


def test_json() -> None:
    records = json.loads(json.dumps(TWO.to_dict()))["tracks"]
    assert records[1] == {
        "track_id": 8,
        "class_id": 2,
        "label": "car",
        "box": [5, 5, 9, 9],
        "score": 0.5,
        "age_s": 1.0,
        "unseen_s": 0.5,
    }


def test_nothing() -> None:
    none = Tracks.empty(2.0)
    assert len(none) == 0
    assert none.to_dict() == {"tracks": []}
    assert none.seen.tolist() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"labels": ("one",)}, r"labels must have shape \(2,\), got \(1,\)"),
        ({"boxes": np.zeros((2, 3), F32)}, r"boxes must have shape \(2, 4\)"),
        ({"trails": np.zeros((1, 2, 2), F32)}, r"trails must have shape \(2, L, 2\)"),
    ],
)
def test_shapes_are_checked(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(TWO, **change)
