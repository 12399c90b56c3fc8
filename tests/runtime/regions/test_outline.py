"""Edges in pixels, against slow and plain ways of saying the same."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from edgevision.runtime.regions.outline import Outline
from hypothesis import given
from hypothesis import strategies as st

SIZE = (200, 100)
STAR = ((0.5, 0.05), (0.6, 0.4), (0.95, 0.5), (0.6, 0.6), (0.5, 0.95), (0.1, 0.5))
BENT = ((0.1, 0.5), (0.4, 0.4), (0.6, 0.7), (0.9, 0.5))


@pytest.fixture(scope="module")
def places():
    return np.random.default_rng(0).uniform(-10, 210, (300, 2))


def test_inside_and_distance_are_those_of_opencv(places):
    outline = Outline(STAR, SIZE, is_closed=True)
    contour = (np.asarray(STAR) * SIZE).astype(np.float32)
    signed = [cv2.pointPolygonTest(contour, p.tolist(), True) for p in places]
    assert outline.inside(places).tolist() == [value > 0 for value in signed]
    distances, normals = outline.nearest(places)
    np.testing.assert_allclose(distances, np.abs(signed), atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0)
    # One step back along the direction ends on the edge.
    back = outline.nearest(places - distances[:, None] * normals)[0]
    np.testing.assert_allclose(back, 0.0, atol=1e-9)


@pytest.mark.parametrize("turned", [False, True])
def test_paths_cross_as_often_as_their_small_steps(places, turned):
    """Corners of the line are on no path: each small step crosses one edge at most."""
    points = BENT[::-1] if turned else BENT
    outline = Outline(points, SIZE, is_closed=False)
    starts, ends = places[:150], places[150:]
    signs, shares = outline.crossings(starts, ends)
    corners = np.asarray(points) * SIZE
    for k in range(150):
        expected = 0
        for a, b in pairwise(corners):
            matrix = np.stack([ends[k] - starts[k], a - b], axis=1)
            along, on_edge = np.linalg.solve(matrix, a - starts[k])
            if 0 <= along <= 1 and 0 <= on_edge <= 1:
                right = (b - a)[0] * (ends[k] - a)[1] - (b - a)[1] * (ends[k] - a)[0]
                expected += 1 if right > 0 else -1
                last = along
        assert signs[k] == expected
        if abs(expected) == 1:
            assert 0 <= shares[k] <= 1
            assert shares[k] >= last - 1e-9


def test_down_over_a_line_from_left_to_right_is_in():
    outline = Outline(((0.0, 0.5), (1.0, 0.5)), SIZE, is_closed=False)
    ways = np.asarray([[100.0, 20.0], [100.0, 80.0], [100.0, 20.0]])
    ends = np.asarray([[100.0, 80.0], [100.0, 20.0], [120.0, 45.0]])
    signs, shares = outline.crossings(ways, ends)
    assert signs.tolist() == [1, -1, 0]
    assert shares.tolist() == [0.5, 0.5, 1.0]


_PLACE = st.tuples(st.integers(0, 8), st.integers(0, 8))


@given(st.lists(_PLACE, min_size=2, max_size=12))
def test_who_walks_back_the_same_way_has_not_crossed(path):
    """Also through corners and ends of the line, and along its edges."""
    outline = Outline(((0.25, 0.5), (0.5, 0.5), (0.75, 0.5)), (8, 8), is_closed=False)
    ways = [*path, *path[::-1]]
    starts, ends = (np.asarray(part, np.float64) for part in (ways[:-1], ways[1:]))
    signs, _ = outline.crossings(starts, ends)
    assert signs.sum() == 0
    if all(x in (3, 5) for x, _ in path):
        # Never at an end or a corner: each change of side is one crossing.
        sides = [y >= 4 for _, y in path]
        assert outline.crossings(starts, ends)[0][: len(path) - 1].sum() == (
            sides[-1] - sides[0]
        )


def test_a_share_of_a_box_is_that_of_its_pixels():
    outline = Outline(STAR, SIZE, is_closed=True)
    canvas = np.zeros((100 * 8, 200 * 8), np.uint8)
    cv2.fillPoly(canvas, [np.rint(np.asarray(STAR) * SIZE * 8).astype(int)], 1)
    rng = np.random.default_rng(1)
    for _ in range(40):
        left, right = sorted(rng.integers(0, 200, 2).tolist())
        top, bottom = sorted(rng.integers(0, 100, 2).tolist())
        if right - left < 5 or bottom - top < 5:
            continue
        pixels = canvas[top * 8 : bottom * 8, left * 8 : right * 8].mean()
        share = outline.share_of((left, top, right, bottom))
        assert share == pytest.approx(pixels, abs=0.02)
    assert outline.share_of((5, 5, 5, 9)) == 0.0


def test_the_depth_is_about_the_radius_of_the_largest_circle_inside():
    square = Outline(((0, 0), (1, 0), (1, 1), (0, 1)), (100, 40), is_closed=True)
    assert square.depth == pytest.approx(20, abs=1)
    line = Outline(((0, 0), (1, 1)), (100, 40), is_closed=False)
    assert line.depth == np.inf
