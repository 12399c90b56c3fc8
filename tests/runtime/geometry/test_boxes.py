"""Box arithmetic against counting pixels."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.geometry.boxes import (
    area,
    from_centers,
    intersection,
    iou,
    to_xywh,
)
from hypothesis import given
from hypothesis import strategies as st

corners = st.lists(st.integers(0, 12), min_size=4, max_size=4)


@given(st.lists(corners, min_size=1, max_size=5), st.lists(corners, min_size=1))
def test_iou_equals_counting_pixels(first: list, second: list) -> None:
    def painted(box: list[int]) -> np.ndarray:
        grid = np.zeros((12, 12), bool)
        grid[box[1] : max(box[3], box[1]), box[0] : max(box[2], box[0])] = True
        return grid

    expected = [
        [
            (painted(a) & painted(b)).sum() / max(1, (painted(a) | painted(b)).sum())
            for b in second
        ]
        for a in first
    ]
    np.testing.assert_allclose(iou(first, second), expected)


def test_empty_and_upside_down_boxes_have_no_area() -> None:
    boxes = [[0, 0, 0, 5], [5, 5, 0, 0], [5, 0, 0, 5], [0, 0, 2, 3]]
    assert area(boxes).tolist() == [0, 0, 0, 6]
    assert iou(boxes, boxes).diagonal().tolist() == [0, 0, 0, 1]
    assert intersection([], boxes).shape == (0, 4)


def test_conversions() -> None:
    np.testing.assert_array_equal(from_centers([[5, 6, 2, 4]]), [[4, 4, 6, 8]])
    boxes = np.asarray([[4, 4, 6, 9]], np.float32)
    np.testing.assert_array_equal(to_xywh(boxes), [[4, 4, 2, 5]])
    np.testing.assert_array_equal(boxes, [[4, 4, 6, 9]])
    assert to_xywh([]).shape == (0, 4)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"boxes must have shape \(N, 4\), got \(2, 3"):
        area(np.zeros((2, 3)))
