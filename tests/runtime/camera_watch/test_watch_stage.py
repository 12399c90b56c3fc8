"""The stage: states in events and records, reports with an end, and a file."""

from __future__ import annotations

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from edgevision.runtime.camera_watch import CameraState, CameraWatch, WatchSettings
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.pipeline import Pipeline
from edgevision.runtime.timing import Timing
from support.streams import FakeRunner, FakeSource, classes

from edgevision.errors import EdgeVisionError

RNG = np.random.default_rng(8)
STILL = cv2.resize(RNG.integers(20, 230, (24, 32, 3)).astype(np.uint8), (160, 120))
OTHER = cv2.resize(RNG.integers(20, 230, (24, 32, 3)).astype(np.uint8), (160, 120))


def _event(picture, time_s, position_s=None):
    grain = RNG.normal(0, 1.5, picture.shape)
    image = np.clip(picture + grain, 0, 255).astype(np.uint8)
    frame = Frame(image, int(time_s * 1e9), 0, "cam", None, position_s)
    return Event(frame, classes((1, 0.9)), Timing())


def _run(stage, *parts, begin=100.0, is_file=False):
    """Show pictures for some seconds each, and return the events."""
    events, moment = [], begin
    for picture, seconds in parts:
        for _ in range(int(seconds * 2)):
            position = moment if is_file else None
            events.append(stage.apply(_event(picture, moment, position)))
            moment += 0.5
    return events


def _reports(events):
    return [report for event in events for report in event.rule_events]


def test_a_fault_is_reported_once_with_its_end_and_the_state_stands_in_records():
    stage = CameraWatch(camera="yard")
    events = _run(stage, (STILL, 30), (OTHER, 20), (STILL, 20))
    start, end = _reports(events)
    assert (start.phase, end.phase) == ("start", "end")
    assert start.id == end.id
    assert (start.rule, start.label, start.camera) == ("camera", "moved", "yard")
    assert 129.5 <= start.started_s <= 131 < start.time_s <= 140
    assert re.fullmatch(
        r"the camera looks at something else since \d\d:\d\d", start.sentence
    )
    assert 150 < end.time_s <= 157
    assert re.fullmatch(
        r"the camera was moved for 2\ds: it shows its usual view again", end.sentence
    )
    states = [event.to_dict()["camera_state"] for event in events]
    assert states[0] == "learning"
    assert set(states) == {"learning", "ok", "moved"}
    assert states[-1] == "ok"


def test_the_time_in_a_file_is_that_of_the_file():
    stage = CameraWatch()
    events = _run(stage, (STILL, 30), (OTHER, 10), begin=45.0, is_file=True)
    assert _reports(events)[0].sentence.endswith("since 1:15")


def test_one_fault_that_becomes_another_is_two_reports_in_order():
    stage = CameraWatch()
    black = np.zeros_like(STILL)
    phases = [
        (report.phase, report.label)
        for report in _reports(_run(stage, (STILL, 30), (OTHER, 15), (black, 15)))
    ]
    assert phases == [("start", "moved"), ("end", "moved"), ("start", "dark")]


def test_a_run_that_ends_in_a_fault_reports_its_end_after_what_came_before():
    stage = CameraWatch()
    (start,) = _reports(_run(stage, (STILL, 30), (OTHER, 10)))
    earlier = replace(start, id="other")
    first, end = stage.end((earlier,))
    assert first is earlier
    assert (end.id, end.phase) == (start.id, "end")
    assert end.sentence.endswith("the run has ended")
    assert stage.end(()) == ()


def test_what_other_stages_report_stays():
    stage = CameraWatch()
    (start,) = _reports(_run(stage, (STILL, 30), (OTHER, 10)))
    event = replace(_event(OTHER, 200.0), rule_events=(start,))
    assert stage.apply(event).rule_events[0] is start


def test_the_learned_view_survives_a_restart(tmp_path):
    file = tmp_path / "yard.npz"
    settings = WatchSettings(file=str(file))
    with CameraWatch(settings) as stage:
        _run(stage, (STILL, 40))
    assert file.stat().st_size < 300_000
    with CameraWatch(settings) as stage:
        events = _run(stage, (STILL, 10), begin=5.0)
        assert {event.camera_state for event in events} <= {
            CameraState.LEARNING,
            CameraState.OK,
        }
        assert events[-1].camera_state is CameraState.OK  # without learning for 20 s
    with CameraWatch(settings) as stage:
        events = _run(stage, (OTHER, 10), begin=5.0)
        assert events[-1].camera_state is CameraState.MOVED


def test_a_view_that_is_not_learned_is_not_kept(tmp_path):
    file = tmp_path / "yard.npz"
    with CameraWatch(WatchSettings(file=str(file))) as stage:
        _run(stage, (STILL, 5))
    assert not file.exists()


@pytest.mark.parametrize(
    "content", [b"", b"holiday pictures", b"PK\x03\x04" + b"x" * 99]
)
def test_a_file_of_somebody_else_is_refused_and_stays(tmp_path, content):
    file = tmp_path / "holiday.npz"
    file.write_bytes(content)
    with pytest.raises(EdgeVisionError, match="as the learned view of a camera"):
        CameraWatch(WatchSettings(file=str(file)))
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", np.zeros(3)),
        ("format", np.float64("inf")),
        ("stillness", np.array(["x"] * 4)),
        ("color.numbers", "texts"),
        ("color.edges", 1e300),
        ("color.sharpness", 1e300),
        ("color.gray", 1j),
    ],
)
def test_arrays_of_odd_values_are_refused(tmp_path, name, value):
    file = tmp_path / "yard.npz"
    settings = WatchSettings(file=str(file))
    with CameraWatch(settings) as stage:
        _run(stage, (STILL, 40))
    with np.load(file) as content:
        arrays = dict(content)
    if not isinstance(value, np.ndarray) and name != "format":
        value = np.full(arrays[name].shape, value)
    np.savez(file, **{**arrays, name: value})
    with pytest.raises(EdgeVisionError, match="as the learned view of a camera"):
        CameraWatch(settings)


def test_arrays_of_another_shape_or_size_are_refused(tmp_path):
    file = tmp_path / "yard.npz"
    settings = WatchSettings(file=str(file))
    np.savez(file, format=np.int64(1), stillness=np.zeros(3))
    with pytest.raises(EdgeVisionError, match="4 numbers"):
        CameraWatch(settings)
    np.savez(file, format=np.int64(2), stillness=np.zeros(4))
    with pytest.raises(EdgeVisionError, match="format is 2"):
        CameraWatch(settings)
    np.savez_compressed(file, format=np.int64(1), stillness=np.zeros(10_000_000))
    with pytest.raises(EdgeVisionError, match="too large"):
        CameraWatch(settings)


def test_it_is_a_row_of_the_table_of_times():
    with Pipeline(FakeSource(12), FakeRunner(), stages=[CameraWatch()]) as run:
        events = list(run)
    assert all("watch" in event.timing.stage_ms for event in events)
    assert events[-1].camera_state is CameraState.LEARNING
