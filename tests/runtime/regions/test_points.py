"""Points of regions: what is refused, and the sentence that says how to mend it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from edgevision.runtime.regions.points import (
    checked_labels,
    checked_name,
    checked_part,
    checked_points,
    checked_seconds,
    checked_share,
    refuse_crossing,
    turn,
)
from hypothesis import given
from hypothesis import strategies as st


def test_points_become_pairs_of_floats():
    points = checked_points("the line 'a'", [[0, 1], (0.5, 0.25)], least=2)
    assert points == ((0.0, 1.0), (0.5, 0.25))


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([[0, 0]], "the line 'a' needs at least 2 points, got 1"),
        ([[0, 0], [640, 0.2]], r"point 2 of the line 'a' .* got \(640, 0.2\). Divide"),
        ([[0, 0], [0.1]], r"point 2 of the line 'a' must be two numbers.*\[0.1\]"),
        ([[0, 0], "ab"], "point 2 of the line 'a' must be two numbers"),
        ([[0, math.nan], [0, 1]], "point 1 of the line 'a' must be two numbers"),
        ([[0, True], [0, 1]], "point 1 of the line 'a' must be two numbers"),
        ([[0, 0.1], [0, 0.1]], r"points 1 and 2 .* same place \(0, 0.1\). Remove one"),
        ([[i / 300, i % 2] for i in range(201)], "at most 200 points, got 201"),
    ],
)
def test_points_that_are_refused(points, sentence):
    with pytest.raises(ValueError, match=sentence):
        checked_points("the line 'a'", points, least=2)


@pytest.mark.parametrize("name", ["yard", "gate-2", "Hof_1", "straße"])
def test_a_name_that_rules_can_refer_to(name):
    assert checked_name("zone", name) == name


@pytest.mark.parametrize("name", ["", "2nd", "-a", "_a", "my yard", "a.b", "a(", 3])
def test_a_name_that_rules_cannot_refer_to(name):
    with pytest.raises(ValueError, match="name of a zone must be a letter, then"):
        checked_name("zone", name)


def test_labels_parts_seconds_and_shares():
    assert checked_labels("z", ["person", "car"]) == ("person", "car")
    with pytest.raises(ValueError, match=r"a list of class labels.*Write \['person'\]"):
        checked_labels("z", "person")
    with pytest.raises(ValueError, match="texts that are not empty, got ''"):
        checked_labels("z", ["person", ""])
    assert checked_part("z", "left ankle") == "left ankle"
    with pytest.raises(ValueError, match="z: No part 'centre'. Did you mean 'center'"):
        checked_part("z", "centre")
    with pytest.raises(ValueError, match="part of z must be bottom, center, touch or"):
        checked_part("z", "")
    assert checked_seconds("z", "settle_s", 0) == 0.0
    for value in (-1, math.inf, "3s", None):
        with pytest.raises(ValueError, match="settle_s of z must be seconds, 0 or"):
            checked_seconds("z", "settle_s", value)
    for value in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="share of z must be from 0 to 1"):
            checked_share("z", "share", value)


def test_turn_is_positive_on_the_right_as_the_frame_is_seen():
    # From left to right across the frame: below is on the right hand.
    assert turn((0, 0.5), (1, 0.5), (0.5, 0.9)) > 0
    assert turn((0, 0.5), (1, 0.5), (0.5, 0.1)) < 0


def _shares_a_point(a, b, c, d) -> bool:
    """Return whether two closed segments meet: solved exactly, edge by edge."""
    a, b, c, d = (tuple(map(Fraction, p)) for p in (a, b, c, d))
    r = (b[0] - a[0], b[1] - a[1])
    s = (d[0] - c[0], d[1] - c[1])
    q = (c[0] - a[0], c[1] - a[1])
    det = r[0] * s[1] - r[1] * s[0]
    if det:
        t = (q[0] * s[1] - q[1] * s[0]) / det
        u = (q[0] * r[1] - q[1] * r[0]) / det
        return 0 <= t <= 1 and 0 <= u <= 1
    if q[0] * r[1] - q[1] * r[0]:
        return False
    along = [(p[0] - a[0]) * r[0] + (p[1] - a[1]) * r[1] for p in (c, d)]
    return max(along) >= 0 and min(along) <= r[0] ** 2 + r[1] ** 2


def _is_simple(points, is_closed) -> bool:
    count = len(points)
    total = count if is_closed else count - 1
    edges = [(points[i], points[(i + 1) % count]) for i in range(total)]
    for i in range(total):
        for j in range(i + 1, total):
            (a, b), (c, d) = edges[i], edges[j]
            if j == i + 1 or (is_closed and i == 0 and j == total - 1):
                # Neighbours share a corner; they meet elsewhere when one lies on the
                # other: then the far end of the shorter is a point of the longer.
                shared = b if j == i + 1 else a
                first, second = (a if shared == b else b), (d if shared == c else c)
                if _shares_a_point(a, b, second, second) or _shares_a_point(
                    c, d, first, first
                ):
                    return False
            elif _shares_a_point(a, b, c, d):
                return False
    return True


_PLACE = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
    lambda p: (p[0] / 4, p[1] / 4)
)


@given(st.lists(_PLACE, min_size=3, max_size=6, unique=True), st.booleans())
def test_self_crossing_is_what_an_exact_solution_says(points, is_closed):
    try:
        refuse_crossing("it", points, is_closed=is_closed, cure="Mend it.")
        passed = True
    except ValueError:
        passed = False
    assert passed == _is_simple(points, is_closed)
