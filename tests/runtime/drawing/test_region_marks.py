"""Zones and lines on a picture: what is tinted, and what stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.drawing import COLORS, draw_regions
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.regions import (
    Line,
    RegionCrossing,
    RegionSnapshot,
    RegionState,
    Stay,
    Zone,
)
from edgevision.runtime.results import Detections
from edgevision.runtime.sinks.picture import picture_of
from edgevision.runtime.timing import Timing

YARD = Zone("yard", ((0.3, 0.3), (0.7, 0.3), (0.7, 0.8), (0.3, 0.8)))
GATE = Line("gate", ((0.1, 0.9), (0.9, 0.9)))
GRAY = np.full((360, 640, 3), 128, np.uint8)


def snapshot_of(*states, crossings=()):
    return RegionSnapshot(9.0, {one.region.name: one for one in states}, crossings)


def drawn(*states, crossings=(), image=GRAY):
    canvas = image.copy()
    draw_regions(canvas, snapshot_of(*states, crossings=crossings))
    return canvas


def test_only_a_zone_with_somebody_in_it_is_tinted():
    empty = drawn(RegionState(YARD, 9.0, empty_since_s=2.0))
    full = drawn(RegionState(YARD, 9.0, (Stay(1, "person", 3.0),)))
    inner = np.s_[150:280, 210:430]
    assert (empty[inner] == 128).all()
    assert (full[inner] != 128).all()
    mean = full[inner].reshape(-1, 3).mean(axis=0)
    expected = 0.75 * 128 + 0.25 * np.asarray(COLORS[1])
    np.testing.assert_allclose(mean, expected, atol=1)
    # Far from the zone and its label nothing is drawn.
    assert (full[:, :150] == 128).all()
    assert (full[320:] == 128).all()


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_arrow_of_a_line_points_to_the_side_of_in(is_reversed):
    points = ((0.9, 0.5), (0.1, 0.5)) if is_reversed else ((0.1, 0.5), (0.9, 0.5))
    picture = drawn(RegionState(Line("a", points), 9.0))
    # On both sides of the line's middle, beside the label.
    above = (picture[150:172, 310:330] != 128).any()
    below = (picture[190:212, 310:330] != 128).any()
    assert (above, below) == (is_reversed, not is_reversed)


def test_a_line_is_white_in_the_frame_of_a_crossing():
    state = RegionState(GATE, 9.0, counts_in={"person": 1})
    crossing = RegionCrossing("gate", 1, "person", "in", 8.9)
    column = 150
    assert tuple(drawn(state)[324, column]) == COLORS[1]
    assert tuple(drawn(state, crossings=(crossing,))[324, column]) == (255, 255, 255)


def test_the_text_says_who_is_inside_how_often_it_was_crossed_and_since_when_free():
    """Pictures are compared: the same text, the same pixels."""

    def free(since_s):
        return drawn(RegionState(YARD, 9.0, empty_since_s=since_s))

    assert (free(2.0) == free(1.6)).all()
    assert (free(2.0) != free(1.0)).any()
    one = RegionState(GATE, 9.0, counts_in={"person": 1, "car": 2})
    other = RegionState(GATE, 9.0, counts_in={"person": 3})
    assert (drawn(one) == drawn(other)).all()
    assert (drawn(one) != drawn(RegionState(GATE, 9.0))).any()


def test_a_zone_up_to_the_edges_is_drawn_inside_of_the_picture():
    zone = Zone("all", ((0, 0), (1, 0), (1, 1), (0, 1)))
    for shape in ((120, 160, 3), (31, 17, 3)):
        image = np.full(shape, 128, np.uint8)
        picture = drawn(RegionState(zone, 9.0, (Stay(1, "a", 0.0),)), image=image)
        assert (picture != 128).any(axis=2).mean() > 0.95


def test_sinks_show_the_regions_of_an_event_and_leave_its_frame_alone():
    image = GRAY.copy()
    event = Event(Frame(image, 0), Detections.empty(), Timing())
    assert (picture_of(event) == GRAY).all()
    snapshot = snapshot_of(RegionState(YARD, 9.0, empty_since_s=2.0))
    shown = picture_of(
        Event(Frame(image, 0), Detections.empty(), Timing(), regions=snapshot)
    )
    assert (shown == drawn(RegionState(YARD, 9.0, empty_since_s=2.0))).all()
    assert (image == GRAY).all()
