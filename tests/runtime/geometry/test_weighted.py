"""Weighted suppression gives what MediaPipe's rule gives, written out in loops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from edgevision.runtime.geometry import weighted
from edgevision.runtime.geometry.suppression import TOLERANCE
from edgevision.runtime.geometry.weighted import weighted_nms
from hypothesis import given
from hypothesis import strategies as st

Row = list[float]


def _iou(one: Sequence[float], other: Sequence[float]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width * height / (sum(sizes) - width * height)


def by_loops(
    rows: list[Row], scores: list[float], ids: list[int], threshold: float
) -> tuple[list[int], list[Row]]:
    """Return the best of each group and its mean, one candidate after the other."""
    left = sorted(range(len(rows)), key=lambda i: (-scores[i], rows[i][:4], ids[i], i))
    best, means = [], []
    while left:
        first = left[0]
        group = [
            i
            for i in left
            if i == first
            or (ids[i] == ids[first] and _iou(rows[i], rows[first]) > threshold)
        ]
        left = [i for i in left if i not in group]
        total = sum(scores[i] for i in group)
        means.append(
            [
                sum(scores[i] * rows[i][k] for i in group) / total
                for k in range(len(rows[0]))
            ]
        )
        best.append(first)
    return best, means


_coordinate = st.integers(0, 12)
_row = st.tuples(
    *(_coordinate, _coordinate, st.integers(0, 6), st.integers(0, 6)),
    *(st.integers(-9, 9), st.integers(0, 3), st.sampled_from([0.25, 0.5, 0.75, 0.9])),
)


@given(st.lists(_row, max_size=24), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@pytest.mark.parametrize("few", [64, 0])
def test_groups_and_means_are_those_of_the_rule_in_loops(
    few: int, items: list[tuple[float, ...]], threshold: float
) -> None:
    rows: list[Row] = [[x, y, x + w, y + h, v] for x, y, w, h, v, _, _ in items]
    scores = [item[6] for item in items]
    ids = [int(item[5]) for item in items]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weighted, "_FEW", few)
        table = np.asarray(rows, np.float32).reshape(-1, 5)
        best, boxes, values = weighted_nms(
            table[:, :4],
            np.asarray(scores, np.float32),
            np.asarray(ids, np.int64),
            values=table[:, 4:],
            iou_threshold=threshold,
        )
    expected, means = by_loops(rows, scores, ids, threshold + TOLERANCE)
    assert best.tolist() == expected
    means_of = np.asarray(means, np.float32).reshape(-1, 5)
    np.testing.assert_allclose(boxes, means_of[:, :4], atol=1e-4)
    np.testing.assert_allclose(values, means_of[:, 4:], atol=1e-4)


def test_two_boxes_become_their_mean_by_score() -> None:
    best, boxes, _ = weighted_nms(
        [[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 60, 60]], [0.9, 0.3, 0.6]
    )
    assert best.tolist() == [0, 2]
    np.testing.assert_allclose(boxes, [[0.5, 0, 10.5, 10], [50, 50, 60, 60]])


def test_limits_and_what_is_not_finite() -> None:
    boxes = [[np.nan, 0, 1, 1], [0, 0, 1, 1], [5, 5, 6, 6], [8, 8, 9, 9]]
    scores = [0.9, 0.5, 0.8, 0.7]
    best, means, values = weighted_nms(boxes, scores, max_detections=2)
    assert best.tolist() == [2, 3]
    assert means.tolist() == [boxes[2], boxes[3]]
    assert values.shape == (2, 0)
    assert weighted_nms(boxes, scores, max_candidates=1)[0].tolist() == [2]
    none, empty, _ = weighted_nms(np.empty((0, 4)), np.empty(0))
    assert none.shape == (0,)
    assert empty.shape == (0, 4)


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"values must have shape \(1, M\)"):
        weighted_nms([[0, 0, 1, 1]], [0.5], values=np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match=r"iou_threshold must be in 0\.\.1"):
        weighted_nms([[0, 0, 1, 1]], [0.5], iou_threshold=2)
