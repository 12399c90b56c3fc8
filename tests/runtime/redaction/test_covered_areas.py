"""Areas in whole pixels, against a mask that is computed pixel by pixel."""

import numpy as np
import pytest
from edgevision.runtime.redaction import CoveredAreas
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import RedactionError

SIZE = (40, 30)
_NUMBERS = st.floats(-60, 100, allow_nan=False)


def _touched(box):
    """Return the pixels of SIZE that share an area with a box."""
    y, x = np.indices(SIZE[::-1])
    return (box[0] < x + 1) & (box[2] > x) & (box[1] < y + 1) & (box[3] > y)


@given(x=_NUMBERS, y=_NUMBERS, width=st.floats(0.01, 80), height=st.floats(0.01, 80))
def test_every_pixel_that_a_box_touches_is_covered(x, y, width, height):
    box = [x, y, x + width, y + height]
    areas = CoveredAreas.of_boxes([box], SIZE)
    assert areas.mask()[_touched(box)].all()
    # And no more than the pixels that an edge cuts.
    assert (areas.mask().sum(axis=1) <= width + 2).all()


@given(x=_NUMBERS, y=_NUMBERS, side=st.floats(1, 30), margin=st.floats(0.01, 1))
def test_a_margin_is_a_share_of_the_longer_side(x, y, side, margin):
    grown = max(margin * side, 2)
    box = [x, y, x + side, y + side / 3]
    wanted = [x - grown, y - grown, x + side + grown, y + side / 3 + grown]
    areas = CoveredAreas.of_boxes([box], SIZE, margin=margin)
    plain = CoveredAreas.of_boxes([wanted], SIZE)
    assert areas.boxes.tolist() == plain.boxes.tolist()


def test_a_box_without_an_extent_covers_its_pixel():
    assert CoveredAreas.of_boxes([[3.5, 4.5, 3.5, 4.5]], SIZE).mask().sum() == 1
    assert CoveredAreas.of_boxes([[3, 4, 3, 4]], SIZE).mask()[4, 3]


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("position", range(4))
def test_a_box_that_is_not_finite_is_an_error(number, position):
    box = np.asarray([1.0, 2.0, 3.0, 4.0])
    box[position] = number
    with pytest.raises(RedactionError, match="finite"):
        CoveredAreas.of_boxes([[0, 0, 1, 1], box], SIZE)


def test_a_box_with_its_ends_in_wrong_order_is_an_error():
    with pytest.raises(RedactionError, match="9, 2, 3, 4: its right end"):
        CoveredAreas.of_boxes([[1, 2, 3, 4], [9, 2, 3, 4]], SIZE)


def test_coordinates_of_any_size_are_cut_at_the_edges():
    areas = CoveredAreas.of_boxes([[-1e30, 5, 1e30, 7]], SIZE, margin=0)
    assert areas.boxes.tolist() == [[0, 5, 40, 7]]
    assert not len(CoveredAreas.of_boxes([[50, 5, 1e30, 7]], SIZE))


def _inside(points, x, y):
    """Return which places lie in a polygon, by the even-odd rule."""
    crossings = np.zeros(x.shape, int)
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
        if y1 != y2:
            is_level = (y1 > y) != (y2 > y)
            crossings += is_level & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    return crossings % 2 == 1


_POINTS = st.tuples(
    st.integers(0, 40 * 16).map(lambda n: n / 16),
    st.integers(0, 30 * 16).map(lambda n: n / 16),
)


@given(points=st.lists(_POINTS, min_size=3, max_size=3, unique=True))
def test_every_pixel_that_a_polygon_touches_is_covered(points):
    mask = CoveredAreas.of_polygon(points, SIZE).mask()
    y, x = np.indices((30 * 8, 40 * 8)) / 8 + 1 / 16
    is_inside = _inside(points, x, y)
    touched = is_inside.reshape(30, 8, 40, 8).any(axis=(1, 3))
    assert mask[touched].all()


def test_a_polygon_covers_little_beside_itself():
    points = [(10, 5), (30, 5), (30, 25), (10, 25)]
    mask = CoveredAreas.of_polygon(points, SIZE).mask()
    assert mask[5:25, 10:30].all()
    assert mask.sum() <= 23 * 23


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(0, 0), (1, 1)], "three corners"),
        ([(0, 0), (1, np.nan), (3, 3)], "three corners"),
        ([(50, 50), (60, 50), (60, 60)], "no pixel in the 40x30"),
        ([(-9, -9), (-5, -9), (-5, -5)], "no pixel in the 40x30"),
    ],
)
def test_a_polygon_that_covers_nothing_is_an_error(points, words):
    with pytest.raises(RedactionError, match=words):
        CoveredAreas.of_polygon(points, SIZE)


def test_a_mask_grows_by_its_margin():
    mask = np.zeros(SIZE[::-1], bool)
    mask[10, 20] = mask[12, 22] = True
    plain = CoveredAreas.of_mask(mask)
    assert np.array_equal(plain.mask(), mask)
    grown = CoveredAreas.of_mask(mask, margin=2).mask()
    wanted = np.zeros_like(mask)
    wanted[8:13, 18:23] = wanted[10:15, 20:25] = True
    assert np.array_equal(grown, wanted)


def test_areas_are_added():
    mask = np.zeros(SIZE[::-1], bool)
    mask[[20, 21, 22], [30, 31, 32]] = True
    both = CoveredAreas.of_boxes([[1, 2, 3, 4]], SIZE) + CoveredAreas.of_mask(mask)
    assert len(both) == 2
    assert both.mask().sum() == 4 + 3
    assert CoveredAreas.whole(SIZE).mask().all()
    with pytest.raises(ValueError, match="one size"):
        both + CoveredAreas.none((3, 3))
