"""People as keypoints."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from edgevision.runtime.results.classifications import Result
from edgevision.runtime.results.poses import Poses


@pytest.fixture
def people() -> Poses:
    points = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    return Poses(
        points,
        np.full((2, 3), 0.5, np.float32),
        np.asarray([0.9, 0.4], np.float32),
        ("head", "hand", "foot"),
        ((0, 1), (0, 2)),
    )


def test_people(people: Poses) -> None:
    assert len(people) == 2
    assert people[1].keypoints.tolist() == [[6, 7], [8, 9], [10, 11]]
    assert [pose.score for pose in people[people.scores > 0.5]] == [pytest.approx(0.9)]
    record = json.loads(json.dumps(people.to_dict()))
    assert record["poses"][0]["keypoints"][1] == {
        "label": "hand", "x": 2.0, "y": 3.0, "score": 0.5,
    }  # fmt: skip
    assert isinstance(people, Result)


def test_shapes_of_poses_are_checked(people: Poses) -> None:
    with pytest.raises(ValueError, match="keypoints and keypoint_scores must have"):
        Poses(people.keypoints, people.keypoint_scores, people.scores, ("one",), ())
    with pytest.raises(ValueError, match="skeleton must join positions below 3"):
        Poses(
            people.keypoints,
            people.keypoint_scores,
            people.scores,
            people.labels,
            ((0, 3),),
        )


def test_track_ids_go_with_their_people(people: Poses) -> None:
    assert people[0].track_id == -1
    tracked = dataclasses.replace(people, track_ids=np.asarray([7, -1]))
    assert [pose.track_id for pose in tracked[::-1]] == [-1, 7]
    assert [record["track_id"] for record in tracked.to_dict()["poses"]] == [7, None]
    assert "track_id" not in people.to_dict()["poses"][0]
    with pytest.raises(ValueError, match=r"track_ids must be int64 of shape \(2,"):
        dataclasses.replace(people, track_ids=np.asarray([7]))
