"""What events add: seconds at places, and who came, left and crossed by the hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.heat_map import HeatRecord, heat_record
from edgevision.runtime.regions import RegionStage
from edgevision.runtime.results import Detections
from edgevision.runtime.timing import Timing
from support.region_walks import GATE, YARD, tracks_of, walk

IMAGE = np.zeros((400, 400, 3), np.uint8)


def event_of(time_s, feet, **options):
    tracks = tracks_of(time_s, feet, **options)
    frame = Frame(IMAGE, int(time_s * 1e9))
    return Event(frame, Detections.empty(), Timing(), tracks=tracks)


@pytest.fixture
def clock(monkeypatch):
    """Let the stream's clock be the time of day: 0 is noon."""
    noon = datetime(2026, 11, 30, 12).timestamp()
    monkeypatch.setattr(heat_record, "wall_seconds", lambda ns: noon + ns / 1e9)


@pytest.fixture
def record(clock):
    return HeatRecord()


def test_the_seconds_of_the_map_are_those_of_the_frames(record):
    for time_s, feet in walk((40, 200), (360, 200), 8, fps=5):
        record.add(event_of(time_s, feet))
    assert record.grid.seconds.sum() == pytest.approx(8.0)
    # Only in the row of cells of the feet, about evenly.
    row = record.grid.seconds[27]
    assert row.sum() == pytest.approx(8.0)
    assert row[10:86].max() < 0.45


def test_a_gap_between_frames_is_nobodys_time(record):
    record.add(event_of(0.0, {1: (200, 200)}))
    record.add(event_of(60.0, {1: (200, 200)}))
    record.add(event_of(61.0, {1: (200, 200)}))
    assert record.grid.seconds.sum() == 1.0
    # Nor is that of somebody who is hidden.
    record.add(event_of(62.0, {1: (200, 200)}, seen={1: 61.0}))
    assert record.grid.seconds.sum() == 1.0


def test_who_came_left_and_crossed_by_the_hour(record):
    stage = RegionStage([GATE, YARD])
    frames = walk((200, 60), (200, 250), 4, begin=3590.0)
    for time_s, feet in [*frames, (3600.0, {1: (200, 250)}), (3700.0, {})]:
        record.add(stage.apply(event_of(time_s, feet)))
    rows = record.counts.rows
    assert record.counts.day == "2026-11-30"
    picture = rows[12, "", "person"]
    assert (picture.came, picture.left, picture.most) == (1, 0, 1)
    assert picture.seconds == pytest.approx(4.0)
    assert rows[13, "", "person"].left == 1
    yard, gate = rows[12, "yard", "person"], rows[12, "gate", "person"]
    assert (yard.came, yard.left, yard.most) == (1, 0, 1)
    assert 3 > yard.seconds > 2
    assert rows[13, "yard", "person"].left == 1
    assert (gate.came, gate.left, gate.most, gate.seconds) == (1, 0, 0, 0.0)


def test_a_track_that_goes_on_as_another_one_is_nobody_new(record):
    stage = RegionStage([YARD])
    frames = walk((200, 120), (200, 190), 3.5)
    frames += walk((200, 200), (200, 280), 3.5, begin=4.0, number=9)
    for time_s, feet in frames:
        record.add(stage.apply(event_of(time_s, feet)))
    row = record.counts.rows[12, "", "person"]
    assert (row.came, row.left, row.most) == (1, 0, 1)


def test_midnight_begins_a_new_day(record):
    for hours in (11.5, 12.5):
        record.add(event_of(3600 * hours, {1: (200, 200)}))
    assert [one.day for one in record.finished] == ["2026-11-30"]
    assert record.counts.day == "2026-12-01"
    assert list(record.counts.rows) == [(0, "", "person")]


def test_the_hours_of_a_video_go_on_by_its_own_times(record):
    for position in (0.0, 5400.0):
        event = event_of(0.0, {1: (200, 200)})
        frame = replace(event.frame, position_s=position)
        tracks = replace(event.tracks, time_s=position)
        record.add(replace(event, frame=frame, tracks=tracks))
    assert {hour for hour, _, _ in record.counts.rows} == {12, 13}
