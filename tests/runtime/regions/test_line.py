"""Lines of one or several pieces, refused with a sentence where they cross."""

from __future__ import annotations

import pytest
from edgevision.runtime.regions import Line


def test_a_line_keeps_its_points_and_may_bend():
    line = Line("gate", [[0, 0.5], [0.5, 0.4], [1, 0.5]])
    assert line.points == ((0.0, 0.5), (0.5, 0.4), (1.0, 0.5))
    assert line.part == "bottom"


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (((0, 0),), "the line 'gate' needs at least 2 points, got 1"),
        (((0, 0), (0, 0)), "points 1 and 2 of the line 'gate' are the same place"),
        (
            ((0, 0.5), (1, 0.5), (1, 1), (0.5, 0)),
            "the line 'gate' crosses itself: its edge from point 1 to 2 meets the edge "
            "from point 3 to 4. Draw it without a loop",
        ),
        (((0, 0.5), (1, 0.5), (0.5, 0.5)), "edge from point 1 to 2 meets .* 2 to 3"),
    ],
)
def test_points_that_are_no_line(points, sentence):
    with pytest.raises(ValueError, match=sentence):
        Line("gate", points)


def test_a_box_that_touches_a_line_is_on_both_sides():
    with pytest.raises(ValueError, match="cannot be 'touch': .* make a zone"):
        Line("gate", ((0, 0.5), (1, 0.5)), part="touch")


def test_the_name_of_a_line_is_one_that_rules_can_refer_to():
    with pytest.raises(ValueError, match="the name of a line must be a letter"):
        Line("my gate", ((0, 0.5), (1, 0.5)))
