"""Stages between the model and the sinks: order, times, the end, faults."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edgevision.runtime.pipeline.outputs import Stages
from edgevision.runtime.pipeline.pipeline import Pipeline
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.stage import Stage
from support.streams import FakeRunner, FakeSink, FakeSource

from edgevision.errors import ModelError


def report(rule: str, phase: str = "start") -> RuleEvent:
    return RuleEvent(rule, rule, phase, time_s=1.0, started_s=1.0, wall_s=0.0)


class Reporting(Stage):
    """Report each frame; what began ends with the run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[str] = []

    def attach(self, run):
        self.calls.append(f"attach {run.model}")

    def apply(self, event):
        self.calls.append(f"apply {event.frame.index}")
        return replace(event, rule_events=(*event.rule_events, report(self.name)))

    def end(self, rule_events):
        self.calls.append("end")
        return (*rule_events, report(self.name, "end"))

    def close(self):
        self.calls.append("close")


class Listening(FakeSink):
    """Keep all that comes, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def write_rule_event(self, rule_event):
        self.heard.append(f"{rule_event.phase} {rule_event.rule}")

    def write(self, event):
        self.heard.append(f"frame {event.frame.index}")
        super().write(event)


def test_each_event_passes_all_stages_in_their_order_before_the_sinks():
    first, second, sink = Reporting("first"), Reporting("second"), Listening()
    stages = (first, second)
    with Pipeline(
        FakeSource(2), FakeRunner(), [sink], stages=stages, model="net"
    ) as pipeline:
        events = list(pipeline)
    assert sink.heard == [
        *("start first", "start second", "frame 0"),
        *("start first", "start second", "frame 1"),
        *("end first", "end second"),
    ]
    for stage in stages:
        assert stage.calls == ["attach net", "apply 0", "apply 1", "end", "close"]
    assert [one.rule for one in events[1].rule_events] == ["first", "second"]
    assert [one.rule for one in pipeline.last_reports] == ["first", "second"]


def test_each_stage_is_a_row_of_the_times_between_the_model_and_emit():
    stages = (Reporting("track"), Reporting("rules"))
    with Pipeline(FakeSource(3), FakeRunner(), stages=stages) as pipeline:
        events = list(pipeline)
    timing = events[0].timing
    assert list(timing.stage_ms) == ["track", "rules"]
    assert timing.total_ms == pytest.approx(
        timing.capture_ms
        + timing.model_ms
        + timing.stage_ms["track"]
        + timing.stage_ms["rules"]
        + timing.emit_ms
    )
    names = list(timing.to_dict())
    places = [names.index(f"{x}_ms") for x in ("decode", "track", "rules", "emit")]
    assert places == sorted(places)
    rows = pipeline.latency.rows
    assert list(rows)[-6:] == ["track", "rules", "emit", "model", "total", "age"]
    assert rows["track"].count == rows["rules"].count == rows["emit"].count == 3
    lines = [line.split()[0] for line in pipeline.latency.lines()]
    assert lines[lines.index("capture") + 1 :][:3] == ["track", "rules", "emit"]


def test_a_run_without_stages_has_no_rows_of_them():
    with Pipeline(FakeSource(1), FakeRunner()) as pipeline:
        (event,) = pipeline
    assert event.timing.stage_ms == {}
    assert "events" not in event.to_dict()
    assert "track" not in pipeline.latency.rows


def test_an_error_of_a_stage_ends_the_run_and_what_is_open_is_closed():
    class Broken(Reporting):
        def apply(self, event):
            raise ModelError("broken")

    before, broken, sink = Reporting("before"), Broken("broken"), Listening()
    with (
        Pipeline(
            FakeSource(5), FakeRunner(), [sink], stages=(before, broken)
        ) as pipeline,
        pytest.raises(ModelError, match="broken"),
    ):
        list(pipeline)
    assert sink.heard == ["end before", "end broken"]
    assert before.calls[-2:] == broken.calls[-2:] == ["end", "close"]
    assert sink.closed == 1


def test_a_pipeline_that_never_ran_closes_its_stages_and_reports_nothing():
    stage, sink = Reporting("one"), Listening()
    Pipeline(FakeSource(1), FakeRunner(), [sink], stages=(stage,)).close()
    assert stage.calls == ["attach ", "close"]
    assert sink.heard == []


def test_all_stages_are_closed_when_one_fails():
    class Stuck(Reporting):
        def close(self):
            super().close()
            raise OSError("disk")

    stuck, other = Stuck("stuck"), Reporting("other")
    with pytest.raises(OSError, match="disk"):
        Stages((stuck, other)).close()
    assert other.calls == ["close"]


def test_two_stages_of_one_name_are_refused():
    with pytest.raises(ValueError, match="2 stages named 'one'"):
        Stages((Reporting("one"), Reporting("one")))


def test_what_is_no_stage_is_refused():
    with pytest.raises(TypeError, match="must derive from"):
        Stages((FakeSink(),))


def test_what_keeps_pictures_stands_behind_what_covers_them():
    covering, keeping = Reporting("redact"), Reporting("clips")
    covering.covers = keeping.keeps = True
    assert tuple(Stages([covering, keeping])) == (covering, keeping)
    with pytest.raises(ValueError, match="'clips' keeps pictures and stands before"):
        Stages([Reporting("track"), keeping, covering])


def test_a_run_says_whether_a_stage_covers():
    covering, source = Reporting("veil"), FakeSource(0)
    assert not Stages([Reporting("track")]).context(print, "net", source).is_covered
    covering.covers = True
    context = Stages([covering]).context(print, "net", source)
    assert context.is_covered
    assert context.packets is None
