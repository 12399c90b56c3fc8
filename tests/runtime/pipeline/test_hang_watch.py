"""A model or a sink that never comes back ends the run, and the files are finished."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from edgevision.runtime.pipeline import hang_watch, sink_writer
from edgevision.runtime.pipeline.pipeline import Pipeline
from edgevision.runtime.sinks.base import Sink
from edgevision.runtime.watchdog import watchdog
from edgevision.runtime.watchdog.step import Invoke
from support.streams import FakeRunner, FakeSink, FakeSource

from edgevision.errors import ModelError, SinkError


@pytest.fixture
def gate():
    """Return an event that keeps a thread for ever, until the test is over."""
    event = threading.Event()
    yield event
    event.set()
    end = time.monotonic() + 30
    while any(t.name.startswith("edgevision-") for t in threading.enumerate()):
        assert time.monotonic() < end, "a thread did not end when it could"
        time.sleep(0.01)


def _hanging(gate, at, *, name=None):
    """Return a runner that hangs at a frame, in an interpreter if that has a name."""

    def hang(frame):
        if frame.index == at:
            if name is None:
                gate.wait()
                return
            with Invoke(name):
                gate.wait()

    return FakeRunner(hang)


@pytest.mark.parametrize("live", [False, True])
def test_a_model_that_hangs_ends_the_iteration_after_what_came_before(
    gate, live, caplog
):
    source, sink = FakeSource(10**9, live=live, period_s=0.001), FakeSink()
    seen = []
    runner = _hanging(gate, 3 if not live else None, name="net.tflite")
    if live:  # which frames a live source hands over is not known
        calls = iter(range(10**9))
        runner = FakeRunner(lambda frame: next(calls) == 3 and gate.wait())
    with (
        pytest.raises(ModelError, match=r"hangs: .* 0\.0?\d+ s"),
        Pipeline(source, runner, [sink], max_invoke=0.05, model="net") as pipeline,
    ):
        seen.extend(event.frame.index for event in pipeline)
    assert len(seen) == 3
    assert [event.frame.index for event in sink.events] == seen
    assert sink.closed == 1
    assert source.released.wait(30)
    assert pipeline.summary().latency.frames == 3
    assert "is left behind" in caplog.text


def test_the_sentence_names_the_model_that_hangs_not_the_pair(gate):
    runner = _hanging(gate, 0, name="second.tflite")
    with (
        pytest.raises(ModelError, match=r"second\.tflite hangs: it has not come back"),
        Pipeline(FakeSource(9), runner, max_invoke=0.05, model="a, then b") as pipeline,
    ):
        list(pipeline)


def test_a_decoder_that_hangs_is_named_as_such(gate):
    with (
        pytest.raises(ModelError, match="mine hangs: the work beside the interpreter"),
        Pipeline(
            FakeSource(9), _hanging(gate, 0), max_invoke=0.05, model="mine"
        ) as pipeline,
    ):
        list(pipeline)


def test_many_short_invokes_for_one_frame_are_no_hang():
    def look(frame):
        for _ in range(30):
            with Invoke("net.tflite"):
                time.sleep(0.02)

    with Pipeline(FakeSource(1), FakeRunner(look), max_invoke=0.5) as pipeline:
        assert len(list(pipeline)) == 1


def test_leaving_while_the_model_hangs_leaves_its_thread_behind(gate, caplog):
    is_in_it = threading.Event()

    def hang(frame):
        if frame.index == 2:
            with Invoke("net.tflite"):
                is_in_it.set()
                gate.wait()

    source, sink = FakeSource(10**9), FakeSink()
    with Pipeline(source, FakeRunner(hang), [sink], max_invoke=0.2) as pipeline:
        for _ in pipeline:
            assert is_in_it.wait(30)
            break
    assert sink.closed == 1
    assert "the thread that runs net.tflite is left behind" in caplog.text


class StuckSink(FakeSink):
    """Never come back from an event, or from the closing."""

    def __init__(self, gate, *, at="write"):
        super().__init__("nas")
        self.gate, self.at = gate, at
        self.is_busy = threading.Event()

    def write(self, event):
        self.is_busy.set()
        if self.at == "write":
            self.gate.wait()
        super().write(event)

    def close(self):
        if self.at == "close":
            self.gate.wait()
        super().close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sink_writer, "SINK_PATIENCE_S", 0.15)
    monkeypatch.setattr(watchdog, "_LONGEST_TICK_S", 0.02)


@pytest.mark.parametrize("at", ["write", "close"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_sink_that_hangs_at_the_end_keeps_no_other_from_finishing(
    gate, impatient, at, place, caplog
):
    others = [FakeSink("first"), FakeSink("last")]
    sinks: list[Sink] = [*others]
    sinks.insert(place, StuckSink(gate, at=at))
    with (
        pytest.raises(SinkError, match="nas does not answer"),
        Pipeline(FakeSource(2), FakeRunner(), sinks) as pipeline,
    ):
        list(pipeline)
    assert [sink.closed for sink in others] == [1, 1]
    assert pipeline.summary().lost["nas"] == 1
    assert "nas does not answer and is left as it is" in caplog.text


def test_two_sinks_that_hang_keep_no_other_from_finishing(gate, impatient):
    last = FakeSink("last")
    sinks = [StuckSink(gate, at="close"), StuckSink(gate, at="close"), last]
    with (
        pytest.raises(SinkError, match="nas does not answer"),
        Pipeline(FakeSource(2), FakeRunner(), sinks) as pipeline,
    ):
        list(pipeline)
    assert last.closed == 1


def test_a_sink_that_hangs_while_the_run_goes_on_is_warned_of_once(
    gate, impatient, monkeypatch
):
    warnings, is_warned = [], threading.Event()

    def warn(text, *values):
        warnings.append(text % values)
        is_warned.set()

    def open_gate():
        is_warned.wait(30)
        time.sleep(0.2)  # for many more looks
        gate.set()

    monkeypatch.setattr(hang_watch.logger, "warning", warn)
    source = FakeSource(10**9, live=True, period_s=0.001)
    with Pipeline(source, FakeRunner(), [StuckSink(gate)]) as pipeline:
        threading.Thread(target=open_gate).start()
        next(iter(pipeline))
    (warning,) = warnings
    assert warning.startswith("nas has been busy with one event for 0 s, and the run")


def test_stopping_ends_a_run_whose_sink_hangs(gate, impatient):
    source = FakeSource(10**9, live=True, period_s=0.001)
    sink = StuckSink(gate)
    pipeline = Pipeline(source, FakeRunner(), [sink])

    def stop():
        assert sink.is_busy.wait(30)
        pipeline.stop()

    with ThreadPoolExecutor(1) as pool, pipeline:
        pool.submit(stop)
        with pytest.raises(SinkError, match="nas does not answer"):
            list(pipeline)


def test_model_and_sink_hang_and_the_model_is_what_is_said(gate, impatient):
    other = FakeSink("other")
    runner = _hanging(gate, 2, name="net.tflite")
    with (
        pytest.raises(ModelError, match=r"net\.tflite hangs"),
        Pipeline(
            FakeSource(9),
            runner,
            [StuckSink(gate, at="close"), other],
            max_invoke=0.05,
        ) as pipeline,
    ):
        list(pipeline)
    assert other.closed == 1
