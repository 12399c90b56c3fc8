"""The closing lines of a run: the latency of the model, and no rate of two frames."""

from __future__ import annotations

import json

from edgevision.runtime.pipeline.summary import RunSummary
from edgevision.runtime.timing import LatencyTable, Timing


def summary(frames=0, step_ms=100.0, **more):
    table = LatencyTable()
    for number in range(frames):
        table.add(Timing(30, 1, 2, 3), finished_ns=int(number * step_ms * 1e6))
    plain = {"dropped": 0, "thinned": 0, "reconnects": 0, "gap_s": 0.0}
    return RunSummary(table, **{**plain, "unreadable": 0, "lost": {}, **more})


def test_two_frames_of_a_burst_have_no_rate():
    *_, last = summary(2, 0.034).lines()
    assert last == "2 frames, 0 dropped"
    assert summary(2, 0.034).to_dict()["throughput"] is None


def test_the_rate_of_many_frames_is_told():
    *_, last = summary(11).lines()
    assert last == "11 frames, 10.00 frames per second, 0 dropped"


def test_the_rate_of_a_camera_is_no_rate_of_the_model():
    *_, last = summary(11, is_live=True).lines()
    assert last == "11 frames, 10.00 frames per second (all that came), 0 dropped"
    for name in ("dropped", "thinned", "damaged", "reconnects"):
        *_, last = summary(11, is_live=True, **{name: 1}).lines()
        assert "all that came" not in last


def test_frames_without_the_first_of_two_models_are_counted():
    figures = summary(1)
    for _ in range(3):
        figures.latency.add(Timing(refine_ms=2.0, is_first_left_out=True))
    *_, last = figures.lines()
    assert last == "4 frames, 0 dropped, first model left out in 3"
    assert figures.to_dict()["first_left_out"] == 3


def test_the_model_stands_first_without_the_wait_for_the_camera():
    _, first, *_ = summary(3).lines()
    assert first.split()[:2] == ["model", "6.00"]


def test_everything_that_went_wrong_is_told():
    lines = summary(
        **{"dropped": 7, "thinned": 2, "reconnects": 1, "gap_s": 2.25},
        **{"unreadable": 3, "lost": {"csv:a": 1, "web": 0}, "board": "hot"},
    ).lines()
    assert list(lines) == [
        "No frame was processed.",
        "0 frames, 7 dropped, 2 skipped by --max-fps, 1 reconnect (2.2 s without "
        "pictures), 3 unreadable",
        "csv:a lost 1 event",
        "hot",
    ]


def test_the_record_is_plain_json():
    record = summary(2, lost={"csv:a": 1}).to_dict()
    assert json.loads(json.dumps(record)) == record
    assert record["stages"]["model"]["mean_ms"] == 6
    assert record["lost"] == {"csv:a": 1}
