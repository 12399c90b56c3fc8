"""Zones: any simple polygon, refused with a sentence where it is none."""

from __future__ import annotations

import pytest
from edgevision.runtime.regions import Zone

SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


def test_a_zone_keeps_its_points_as_pairs():
    zone = Zone("yard", [[0, 0], [1, 0], [0.5, 1]], labels=["person"])
    assert zone.points == ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))
    assert zone.labels == ("person",)
    assert zone == Zone("yard", ((0, 0), (1, 0), (0.5, 1)), ("person",))


def test_a_last_point_that_repeats_the_first_is_left_out():
    assert Zone("yard", (*SQUARE, SQUARE[0])).points == SQUARE


def test_a_concave_zone_is_taken():
    Zone("arrow", ((0, 0), (0.5, 0.4), (1, 0), (0.5, 1)))


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (
            ((0, 0), (1, 1), (1, 0), (0, 1)),
            "the zone 'yard' crosses itself: its edge from point 1 to 2 meets the edge "
            "from point 3 to 4. Order the points as one walks around the zone",
        ),
        (((0, 0), (0.5, 0.5), (1, 1)), "edge from point 1 to 2 meets .* point 3 to 1"),
        (((0, 0), (1, 1)), "the zone 'yard' needs at least 3 points, got 2"),
        (((0, 0), (1, 1), (0, 0)), "the zone 'yard' needs at least 3 points, got 2"),
        (((0, 0), (1, 1), (0, 700)), "point 3 of the zone 'yard' must be fractions"),
    ],
)
def test_points_that_are_no_zone(points, sentence):
    with pytest.raises(ValueError, match=sentence):
        Zone("yard", points)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"labels": "person"}, "labels of the zone 'yard' must be a list"),
        ({"part": "botom"}, "the zone 'yard': No part 'botom'. Did you mean 'bottom'"),
        ({"share": 2}, "share of the zone 'yard' must be from 0 to 1, got 2"),
        ({"margin": -1}, "margin of the zone 'yard' must be from 0 to 1, got -1"),
        ({"settle_s": -1}, "settle_s of the zone 'yard' must be seconds"),
    ],
)
def test_options_that_a_zone_refuses(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        Zone("yard", SQUARE, **options)
