"""The side of an edge: clear places convince, trembling ones never do."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.regions.visitors import Side


@pytest.mark.parametrize("fps", [30, 10, 5, 2])
def test_who_walks_in_is_in_after_settling_and_since_the_edge(fps):
    side = Side()
    changes = []
    for number in range(6 * fps):
        time_s = number / fps
        # Two margins a second; at the edge after two seconds.
        if side.see_in_zone((time_s - 2.0) * 2, time_s, 0.5):
            changes.append((time_s, side.since_s))
    ((when, since),) = changes
    assert since == pytest.approx(2.0)
    assert when - since >= 0.5 - 1e-6
    assert when <= 4.0


@pytest.mark.parametrize("fps", [30, 10, 5, 2])
@pytest.mark.parametrize("starts_in", [False, True])
def test_who_trembles_on_an_edge_for_ten_minutes_stays_where_it_was(fps, starts_in):
    rng = np.random.default_rng(fps)
    side = Side(is_beyond=starts_in)
    for number in range(600 * fps):
        assert not side.see_in_zone(rng.normal(0, 0.5), number / fps, 0.5)
    assert side.is_beyond == starts_in


def test_a_short_visit_is_none_and_a_short_absence_too():
    depths = np.repeat([-3.0, 3.0, -3.0, 3.0, -3.0, 3.0, -3.0], [5, 5, 9, 20, 4, 9, 9])
    side, changes = Side(), []
    for number, depth in enumerate(depths.tolist()):
        if side.see_in_zone(depth, 0.1 * number, 0.5):
            changes.append((0.1 * number, side.since_s, side.is_beyond))
    assert changes == [
        (pytest.approx(2.4), pytest.approx(1.85), True),
        (pytest.approx(5.7), pytest.approx(5.15), False),
    ]


def test_a_line_is_crossed_when_that_is_clear_and_at_the_time_of_the_crossing():
    side = Side()
    ways = [(3.0, 0), (1.0, 0), (0.2, 1), (1.2, 0), (2.2, 0), (3.0, 0), (3.0, 0)]
    answers = [
        side.see_at_line(distance, crossed, 0.18, 0.1 * k)
        for k, (distance, crossed) in enumerate(ways)
    ]
    assert answers == [0, 0, 0, 0, 0, 1, 0]
    assert side.since_s == 0.18
    assert side.end_at_line() == 0


def test_who_turns_round_on_a_line_or_stands_on_it_does_not_cross():
    rng = np.random.default_rng(0)
    side, place = Side(), -3.0
    for number in range(6000):
        before, place = place, rng.normal(0, 0.5)
        crossed = (place > 0) - (before > 0)
        assert not side.see_at_line(abs(place), int(crossed), 0.0, number / 10)


def test_a_track_that_ends_just_behind_a_line_has_crossed_it():
    side = Side()
    side.see_at_line(1.0, 0, 0.0, 0.0)
    assert side.see_at_line(0.9, -1, 0.05, 0.1) == 0
    assert side.copy().end_at_line() == -1
    # One that came back, or that is on the line itself, has not.
    assert side.see_at_line(0.9, 1, 0.15, 0.2) == 0
    assert side.end_at_line() == 0
