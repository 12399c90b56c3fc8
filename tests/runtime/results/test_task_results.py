"""Masks, poses and embeddings have the manners of the other results."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.results.classifications import Result
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.results.segmentation import Segmentation


@pytest.fixture
def mask() -> Segmentation:
    classes = np.asarray([[0, 0, 0], [0, 5, 5]], np.uint8)
    areas = np.asarray([4 / 6, 2 / 6], np.float32)
    return Segmentation(classes, np.asarray([0, 5]), areas, ("floor", "cat"))


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


def test_regions(mask: Segmentation) -> None:
    assert [(r.class_id, r.label) for r in mask] == [(0, "floor"), (5, "cat")]
    assert mask[1].area == pytest.approx(1 / 3)
    assert mask[mask.class_ids > 0].labels == ("cat",)
    assert mask.pixels(5).sum() == 2
    record = json.loads(json.dumps(mask.to_dict()))
    assert record["regions"][1]["area"] == 0.333333
    assert isinstance(mask, Result)


def test_people(people: Poses) -> None:
    assert len(people) == 2
    assert people[1].keypoints.tolist() == [[6, 7], [8, 9], [10, 11]]
    assert [pose.score for pose in people[people.scores > 0.5]] == [pytest.approx(0.9)]
    record = json.loads(json.dumps(people.to_dict()))
    assert record["poses"][0]["keypoints"][1] == {
        "label": "hand", "x": 2.0, "y": 3.0, "score": 0.5,
    }  # fmt: skip
    assert isinstance(people, Result)


def test_shapes_are_checked(mask: Segmentation, people: Poses) -> None:
    with pytest.raises(ValueError, match="mask must be unsigned integers"):
        Segmentation(np.zeros((2, 2)), mask.class_ids, mask.areas, mask.labels)
    with pytest.raises(ValueError, match="labels must have 2 texts, got 1"):
        Segmentation(mask.mask, mask.class_ids, mask.areas, ("x",))
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
    with pytest.raises(ValueError, match=r"embedding must have shape \(D,\)"):
        Embedding(np.zeros((1, 2), np.float32))
