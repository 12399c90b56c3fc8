"""How unlike boxes are: against the overlap of boxes that really grow."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.geometry import iou
from edgevision.runtime.tracking.likeness import (
    centered,
    corners,
    overlap,
    unlikeness,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SIDE = st.floats(2, 200, width=32)
BOX = st.tuples(SIDE, SIDE, SIDE, SIDE)
BOXES = st.lists(BOX, min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(BOXES, BOXES, st.floats(1, 3))
def test_growing_is_the_same_as_coming_nearer(
    first: list, second: list, growth: float
) -> None:
    one, two = np.asarray(first, float), np.asarray(second, float)
    grown, other = one.copy(), two.copy()
    grown[:, 2:] *= growth
    other[:, 2:] *= growth
    expected = iou(corners(grown), corners(other))
    np.testing.assert_allclose(overlap(one, two, growth), expected, atol=1e-9)
    each = np.full((len(one), 1), growth)
    np.testing.assert_allclose(overlap(one, two, each), expected, atol=1e-9)


def test_there_and_back() -> None:
    boxes = np.asarray([[1.0, 2.0, 30.0, 40.0]])
    np.testing.assert_array_equal(corners(centered(boxes)), boxes)
    assert centered([[5, 5, 5, 5]]).tolist() == [[5, 5, 1, 1]]
    assert centered([]).shape == (0, 4)


def test_the_same_box_costs_nothing_and_another_height_more() -> None:
    box = centered([[0, 0, 10, 20]])
    others = centered(
        [[0, 0, 10, 20], [0, 0, 10, 10], [0, 0, 20, 20], [500, 0, 510, 20]]
    )
    cost = unlikeness(box, others, 1.0)[0]
    np.testing.assert_allclose(cost, [0.0, 0.5 + 0.3, 0.5, 1.0], atol=1e-12)
