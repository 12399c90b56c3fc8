"""The stage puts regions into events, and says what it lacks."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.regions import Line, RegionStage
from edgevision.runtime.results import Detections
from edgevision.runtime.stage import ROWS
from edgevision.runtime.timing import Timing
from support.region_walks import GATE, YARD, tracks_of, walk

from edgevision.errors import ModelError

IMAGE = np.zeros((400, 400, 3), np.uint8)


def event_of(tracks):
    return Event(Frame(IMAGE, 0), Detections.empty(), Timing(), tracks=tracks)


def test_events_have_the_regions_and_records_too():
    stage = RegionStage([GATE, YARD])
    assert stage.name in ROWS
    for time_s, feet in walk((200, 60), (200, 250), 4):
        event = stage.apply(event_of(tracks_of(time_s, feet)))
    assert event.regions is not None
    record = event.to_dict()
    assert record["regions"]["gate"] == {"in": {"person": 1}, "out": {}}
    assert record["regions"]["yard"]["occupancy"] == {"person": 1}
    assert record["crossings"] == []
    stage.close()
    stage.close()
    assert stage.last == ()


def test_what_is_certain_at_the_end_only():
    stage = RegionStage([GATE])
    for time_s, feet in walk((200, 120), (200, 207), 4):
        stage.apply(event_of(tracks_of(time_s, feet)))
    stage.close()
    assert [(one.region, one.direction) for one in stage.last] == [("gate", "in")]


def test_a_run_without_tracks_is_told_what_to_add():
    with pytest.raises(ModelError, match="count tracks, and this run has none. Add --"):
        RegionStage([GATE]).apply(event_of(None))


def test_a_keypoint_that_the_model_lacks_ends_the_run_with_a_sentence():
    stage = RegionStage([Line("gate", GATE.points, part="left ankle")])
    with pytest.raises(
        ModelError, match="Cannot count regions: the line 'gate' counts"
    ):
        stage.apply(event_of(tracks_of(0.0, {1: (200, 120)})))
