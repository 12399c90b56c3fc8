"""Edges measured together, against each outline alone and a slow, plain way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.regions import Line, Zone
from edgevision.runtime.regions.edges import Edges
from edgevision.runtime.regions.outline import Outline
from edgevision.runtime.regions.place import Place, Places

SIZE = (640, 480)
REGIONS = (
    Zone("a", ((0.1, 0.1), (0.5, 0.2), (0.4, 0.9)), margin=0.2),
    Line("b", ((0.0, 0.5), (0.4, 0.6), (0.7, 0.2), (1.0, 0.5))),
    Zone("c", ((0.3, 0.3), (0.5, 0.5), (0.7, 0.3), (0.7, 0.8), (0.3, 0.7))),
    Zone("d", ((0.5, 0.0), (1.0, 0.0), (1.0, 0.6)), part="nose"),
    Zone("e", ((0.5, 0.0), (1.0, 0.0), (1.0, 0.6)), part="touch"),
)


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(3).uniform(-20, 660, (80, 2))


@pytest.fixture(scope="module")
def places():
    return [Place(region, SIZE) for region in REGIONS]


def test_several_outlines_together_are_each_of_them_alone(places, points):
    alone = [place.edges for place in places]
    joined = Edges.joined([alone[0], Edges.joined(alone[1:])])
    distances, normals = joined.nearest(points)
    inside = joined.inside(points)
    right = np.split(joined.right_of(points), np.cumsum(joined.counts)[:-1], axis=1)
    for k, edges in enumerate(alone):
        one, ways = edges.nearest(points)
        np.testing.assert_array_equal(distances[:, k], one[:, 0])
        np.testing.assert_array_equal(normals[:, :, k], ways[:, :, 0])
        np.testing.assert_array_equal(inside[:, k], edges.inside(points)[:, 0])
        np.testing.assert_array_equal(right[k], edges.right_of(points))


def test_the_nearest_edge_is_that_of_a_walk_along_all(places, points):
    steps = np.linspace(0, 1, 2001)[:, None]
    for place in places:
        edges = place.edges
        distances = edges.nearest(points)[0][:, 0]
        for point, distance in zip(points[:20], distances, strict=False):
            walks = [
                a + steps * (b - a)
                for a, b in zip(edges.starts, edges.ends, strict=True)
            ]
            slow = min(np.hypot(*(walk - point).T).min() for walk in walks)
            assert distance == pytest.approx(slow, abs=0.3)
            assert distance <= slow + 1e-9


def test_depths_are_of_the_parts_that_are_seen_and_none_of_others(places, points):
    parts = [{"bottom": tuple(point)} for point in points.tolist()]
    for row in range(0, len(parts), 3):
        parts[row]["nose"] = parts[row]["bottom"]
    boxes = np.tile([0.0, 0.0, 50.0, 100.0], (len(points), 1))
    bottom, nose = Places.by_part(places)
    assert (bottom.numbers, nose.numbers) == ((0, 1, 2), (3,))
    for together in (bottom, nose):
        values = together.depths(parts, boxes)
        for number, column in zip(together.numbers, values, strict=True):
            place = places[number]
            distances, normals = place.edges.nearest(points)
            inside = place.edges.inside(points)[:, 0]
            for row, depth in enumerate(column):
                if together.part not in parts[row]:
                    assert depth is None
                    continue
                extent = abs(normals[0, row, 0]) * 50 + abs(normals[1, row, 0]) * 100
                margin = min(max(place.region.margin * extent, 0.5), place.most)
                expected = distances[row, 0] / margin
                is_beyond = place.is_line or inside[row]
                assert math.isclose(depth, expected if is_beyond else -expected)
    assert nose.depths([{"bottom": (1.0, 1.0)}] * 2, boxes[:2]) == [[None, None]]


def test_paths_far_from_a_line_are_left_out_and_no_others(places, points):
    place = places[1]
    ends = points + np.random.default_rng(4).normal(0, 60, points.shape)
    pairs = [list(map(tuple, some.tolist())) for some in (points, ends)]
    signs, shares = place.crossings(*pairs)
    every = [place.crossings([a], [b]) for a, b in zip(*pairs, strict=True)]
    assert signs == [one[0][0] for one in every]
    assert shares == [one[1][0] for one in every]
    whole = Outline(REGIONS[1].points, SIZE, is_closed=False).crossings(points, ends)
    assert signs == whole[0].tolist()
    assert shares == whole[1].tolist()
    assert {-1, 0, 1} <= set(signs)
