"""A failing sink: told once, tried again with longer waits, counted."""

from __future__ import annotations

import pytest
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.sinks.guard import GuardedSink
from support.streams import FakeSink, event

from edgevision.errors import SinkError


class Clock:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def rig():
    state = {"broken": True, "tries": 0}

    def hook(_event):
        state["tries"] += 1
        if state["broken"]:
            raise OSError(28, "No space left on device")

    clock, told = Clock(), []
    return state, FakeSink("jsonl:x", hook), clock, told


def test_a_failing_sink_is_told_once_and_tried_with_longer_waits(rig):
    state, inner, clock, told = rig
    sink = GuardedSink(inner, on_note=told.append, clock=clock)
    tried_at = []
    for tenth in range(700):
        clock.now = 100 + tenth / 10
        before = state["tries"]
        sink.write(event())
        if state["tries"] > before:
            tried_at.append(tenth / 10)
    assert tried_at == [0, 1, 3, 7, 15, 31, 63]
    assert told == [
        "Cannot write to jsonl:x: No space left on device. "
        "The run goes on and tries again."
    ]
    assert sink.lost == 700


def test_a_sink_that_works_again_says_so_and_counts_no_further(rig):
    state, inner, clock, told = rig
    sink = GuardedSink(inner, on_note=told.append, clock=clock)
    sink.write(event())
    state["broken"] = False
    clock.now += 1.5
    sink.write(event())
    assert told[-1] == "jsonl:x works again; events lost so far: 1."
    assert sink.lost == 1
    assert len(inner.events) == 1


def test_drop_gives_up_on_the_sink(rig):
    state, inner, clock, told = rig
    sink = GuardedSink(inner, on_error="drop", on_note=told.append, clock=clock)
    for _ in range(3):
        sink.write(event())
        clock.now += 1000
    assert state["tries"] == 1
    assert sink.lost == 3
    assert len(told) == 1


def test_stop_lets_the_error_end_the_run(rig):
    _, inner, clock, told = rig
    sink = GuardedSink(inner, on_error="stop", on_note=told.append, clock=clock)
    with pytest.raises(SinkError, match="No space left on device"):
        sink.write(event())


def test_a_programming_error_is_not_hidden():
    def hook(_event):
        raise TypeError("a fault of the code")

    with pytest.raises(TypeError):
        GuardedSink(FakeSink(hook=hook)).write(event())


def test_a_failure_while_closing_is_told_and_counted():
    class Broken(FakeSink):
        def close(self):
            raise SinkError("Cannot finish x.")

    told: list[str] = []
    sink = GuardedSink(Broken(), on_note=told.append)
    sink.close()
    sink.close()
    assert told == ["Cannot finish x."]
    assert sink.lost == 1


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="on_error must be one of"):
        GuardedSink(FakeSink(), on_error="panic")


def test_reports_of_rules_are_guarded_as_events_are():
    class Deaf(FakeSink):
        def write_rule_event(self, rule_event):
            raise OSError(28, "No space left on device")

    clock, told = Clock(), []
    sink = GuardedSink(Deaf("jsonl:x"), on_note=told.append, clock=clock)
    report = RuleEvent("7", "gate", "start", 3.0, 3.0, wall_s=0.0)
    sink.write_rule_event(report)
    sink.write_rule_event(report)
    assert sink.lost == 2
    assert len(told) == 1
    assert "No space left on device" in told[0]
