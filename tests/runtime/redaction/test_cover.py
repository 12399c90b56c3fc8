"""What is painted over areas: which pixels change, and how little of them stays."""

import typing

import numpy as np
import pytest
from edgevision.runtime.redaction import STYLES, Cover, CoveredAreas, RedactionSettings
from edgevision.runtime.tables import hints_of
from hypothesis import given
from hypothesis import strategies as st


def _noise(height, width, *, seed=0):
    """Return a picture of pure colours, none of which is near a mean of them."""
    bits = np.random.default_rng(seed).integers(0, 2, (height, width, 3), np.uint8)
    return bits * np.uint8(255)


@pytest.mark.parametrize("style", STYLES)
@given(
    x=st.integers(0, 50),
    y=st.integers(0, 40),
    width=st.integers(1, 50),
    height=st.integers(1, 50),
)
def test_only_the_pixels_of_the_area_change(style, x, y, width, height):
    image = _noise(60, 80)
    before = image.copy()
    areas = CoveredAreas.of_boxes([[x, y, x + width, y + height]], (80, 60))
    covered = Cover(style).apply(image, areas)
    inside = areas.mask()
    assert np.array_equal(image, before), "the picture itself is somebody else's"
    assert np.array_equal(covered[~inside], image[~inside])
    assert not np.shares_memory(covered, image)


@pytest.mark.parametrize("style", ["blur", "pixelate"])
@pytest.mark.parametrize("size", [(16, 16), (33, 90), (300, 200), (700, 500)])
def test_what_stays_of_a_box_are_the_means_of_its_cells(style, size):
    """Two pictures of the same means look the same, whatever else is in them."""
    width, height = size
    cell = -(-max(size) // 5)
    columns, rows = -(-width // cell), -(-height // cell)
    one = np.full((rows * 24, columns * 24, 3), 100, np.uint8)
    other = one.copy()
    other[::2] += 50
    other[1::2] -= 50
    areas = CoveredAreas.whole((columns * 24, rows * 24))
    cover = Cover(style, cells=max(columns, rows))
    assert np.array_equal(cover.apply(one, areas), cover.apply(other, areas))


@pytest.mark.parametrize("cells", [1, 4, 6])
@pytest.mark.parametrize("size", [(31, 57), (240, 180)])
def test_pixelation_leaves_no_more_colours_than_cells(cells, size):
    image = _noise(size[1], size[0])
    covered = Cover("pixelate", cells).apply(image, CoveredAreas.whole(size))
    colors = np.unique(covered.reshape(-1, 3), axis=0)
    assert len(colors) <= cells * cells
    # By hand: the mean of the first cell.
    cell = -(-max(size) // cells)
    if all(side % cell == 0 for side in size):
        mean = image[:cell, :cell].reshape(-1, 3).mean(axis=0)
        assert np.abs(covered[0, 0] - mean).max() <= 1


@pytest.mark.parametrize("cells", [2, 6])
def test_a_blur_can_be_computed_from_the_cells_of_pixelation(cells):
    """So it holds no more than these, however soft it looks."""
    import cv2

    image = _noise(120, 96)
    areas = CoveredAreas.whole((96, 120))
    squares = Cover("pixelate", cells).apply(image, areas)
    rows, columns = cells, 96 * cells // 120
    y = ((np.arange(rows) + 0.5) * 120 / rows).astype(int)
    x = ((np.arange(columns) + 0.5) * 96 / columns).astype(int)
    soft = cv2.resize(squares[y][:, x], (96, 120), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(Cover("blur", cells).apply(image, areas), soft)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("side", [2, 3, 5, 6, 8, 20])
def test_a_box_of_few_pixels_is_covered_as_well(style, side):
    """More cells than pixels would leave a tiny face as it is."""
    image = _noise(40, 40)
    areas = CoveredAreas.of_boxes([[10, 10, 10 + side, 10 + side]], (40, 40))
    covered = Cover(style, cells=32).apply(image, areas)
    part, was = covered[areas.mask()], image[areas.mask()]
    if style != "fill":
        assert not np.isin(part, (0, 255)).any(), "pure colours were to be mixed"
    assert (part != was).all() or style == "fill"


def test_a_fill_has_its_colour_and_nothing_else():
    areas = CoveredAreas.of_boxes([[2, 3, 9, 8]], (20, 20))
    covered = Cover("fill", color=(1, 2, 3)).apply(_noise(20, 20), areas)
    assert (covered[areas.mask()] == (1, 2, 3)).all()


@pytest.mark.parametrize("style", STYLES)
def test_a_shape_is_covered_and_what_is_around_it_stays(style):
    image = _noise(60, 80)
    points = [(10, 5), (70, 20), (30, 55)]
    areas = CoveredAreas.of_polygon(points, (80, 60))
    assert len(areas.shapes) == 1
    covered = Cover(style).apply(image, areas)
    inside = areas.mask()
    assert np.array_equal(covered[~inside], image[~inside])
    box = covered[30:35, 30:35]
    assert not np.isin(box, (255,)).any()


def test_overlapping_areas_are_all_covered():
    image = _noise(60, 60)
    boxes = [[0, 0, 30, 30], [20, 20, 50, 50], [10, 10, 25, 25]]
    areas = CoveredAreas.of_boxes(boxes, (60, 60))
    covered = Cover("pixelate").apply(image, areas)
    assert not np.isin(covered[areas.mask()], (0, 255)).any()


def test_areas_of_another_picture_are_refused():
    with pytest.raises(ValueError, match="40x30 picture, got one of 20x20"):
        Cover().apply(_noise(20, 20), CoveredAreas.none((40, 30)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"style": "smear"}, "blur, fill, pixelate, got 'smear'"),
        ({"cells": 0}, "1..32, got 0"),
        ({"cells": 33}, "1..32, got 33"),
        ({"color": (0, 0, 256)}, "B, G, R"),
    ],
)
def test_a_cover_that_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        Cover(**options)


def test_the_table_of_a_file_knows_every_style():
    hint = hints_of(RedactionSettings)["style"]
    assert set(typing.get_args(hint)) == set(STYLES)
