"""The threaded pipeline: order, drops, overlap, errors, stopping, closing."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from edgevision.devices.health.health_log import HealthLog
from edgevision.runtime.pipeline.pipeline import Pipeline
from edgevision.runtime.timing import Timing
from support.streams import FakeRunner, FakeSink, FakeSource

from edgevision.errors import SinkError, SourceError


def _threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("edgevision-")]


def test_a_file_loses_no_frame_and_keeps_the_order():
    source, sink = FakeSource(200), FakeSink()
    slow_now_and_then = FakeRunner(lambda f: time.sleep(0.002 if f.index % 9 else 0))
    with Pipeline(source, slow_now_and_then, [sink]) as pipeline:
        seen = [event.frame.index for event in pipeline]
    assert seen == list(range(200))
    assert [event.frame.index for event in sink.events] == seen
    assert pipeline.summary().dropped == 0
    assert sink.closed == 1
    assert source.released.is_set()
    assert not _threads()


def test_a_live_source_hands_over_its_newest_frame_and_counts_the_others():
    source = FakeSource(100, live=True, period_s=0.002)
    with Pipeline(source, FakeRunner(lambda f: time.sleep(0.02))) as pipeline:
        events = list(pipeline)
    seen = [event.frame.index for event in events]
    assert seen == sorted(seen)
    assert seen[-1] == 99
    assert pipeline.summary().dropped == 100 - len(seen) > 0
    assert events[-1].dropped == pipeline.summary().dropped
    # A newest frame is at most a period, an inference and the hand-over old.
    ages = sorted(event.timing.age_ms for event in events)
    assert ages[len(ages) // 2] < 20


class StampedSource(FakeSource):
    """Remember when each frame was captured."""

    def frames(self):
        self.stamps = []
        for frame in super().frames():
            self.stamps.append(frame.timestamp_ns)
            yield frame


def test_30_frames_a_second_into_a_model_of_5_keep_their_age_below_both_together():
    source = StampedSource(90, live=True, period_s=1 / 30)
    with Pipeline(source, FakeRunner(lambda f: time.sleep(0.2))) as pipeline:
        events = list(pipeline)
    assert 5 < len(events) < 30
    # A period is what it was: a busy machine makes some of them longer.
    periods = np.diff([*source.stamps, source.stamps[-1] + 33_333_333]) / 1e6
    late = sorted(e.timing.age_ms - periods[e.frame.index] for e in events)
    assert late[int(len(late) * 0.95)] < 200


def test_who_takes_events_slowly_gets_fresh_ones():
    class Ending(FakeSource):
        """Say when the last frame is out, and stay open."""

        def frames(self):
            yield from super().frames()
            self.out.set()
            self.closed.wait(30)

    source = Ending(100, live=True, period_s=0.002)
    source.out = threading.Event()
    with Pipeline(source, FakeRunner()) as pipeline:
        events = iter(pipeline)
        next(events)
        assert source.out.wait(30)  # busy with the first event all the while
        # One was made meanwhile; no more may wait in line before the newest.
        assert [next(events).frame.index for _ in range(2)][1] == 99
    assert not _threads()


def test_leaving_while_inference_waits_to_be_wanted_ends_all_threads():
    source = FakeSource(1000, live=True, period_s=0.001)
    with Pipeline(source, FakeRunner()) as pipeline:
        next(iter(pipeline))
        time.sleep(0.1)
    assert not _threads()


def test_stages_overlap_in_threads_of_their_own():
    runner = FakeRunner()
    names = set()
    sink = FakeSink(hook=lambda event: names.add(threading.current_thread().name))
    with Pipeline(FakeSource(5), runner, [sink]) as pipeline:
        list(pipeline)
    assert runner.threads == {"edgevision-inference"}
    assert names == {"edgevision-sinks"}


def test_every_event_has_the_last_look_at_the_board(tmp_path):
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "type").write_text("cpu-thermal\n")
    (zone / "temp").write_text("48000\n")

    def warm_up(frame):
        if frame.index == 5:
            (zone / "temp").write_text("81000\n")

    log = HealthLog(tmp_path, every_s=1000.0)
    with Pipeline(FakeSource(9), FakeRunner(warm_up), health=log) as pipeline:
        heats = {event.health.temperature_c for event in pipeline}
    assert heats == {48.0}  # nobody looks for a frame's sake
    assert not _threads()
    summary = pipeline.summary()
    assert summary.health["after"]["temperature_c"] == 81.0
    assert list(summary.lines())[-1] == "Board: 48 °C at the start, 81 °C at most"


def test_without_a_log_nobody_looks():
    with Pipeline(FakeSource(2), FakeRunner()) as pipeline:
        assert {event.health for event in pipeline} == {None}
    assert pipeline.summary().health == {}


def test_an_error_of_the_source_comes_after_the_frames_before_it():
    source, sink = FakeSource(4, error=SourceError("camera gone")), FakeSink()
    seen = []
    with Pipeline(source, FakeRunner(), [sink]) as pipeline:
        events = iter(pipeline)
        seen.extend(next(events).frame.index for _ in range(4))
        with pytest.raises(SourceError, match="camera gone"):
            next(events)
    assert seen == [0, 1, 2, 3]
    assert len(sink.events) == 4
    assert sink.closed == 1
    assert not _threads()


def test_an_error_of_the_model_reaches_the_caller():
    def fail_at_three(frame):
        if frame.index == 3:
            raise ValueError("model broke")

    source, sink = FakeSource(10**9), FakeSink()
    with (
        pytest.raises(ValueError, match="model broke"),
        Pipeline(source, FakeRunner(fail_at_three), [sink]) as pipeline,
    ):
        for _ in pipeline:
            pass
    assert [event.frame.index for event in sink.events] == [0, 1, 2]
    assert source.released.wait(5)
    assert not _threads()


def test_an_error_of_a_sink_reaches_the_caller_and_closes_the_others():
    def fail(event):
        raise SinkError("disk gone")

    other = FakeSink("other")
    with (
        pytest.raises(SinkError, match="disk gone"),
        Pipeline(
            FakeSource(10**9), FakeRunner(), [other, FakeSink(hook=fail)]
        ) as pipeline,
    ):
        for _ in pipeline:
            pass
    assert other.closed == 1
    assert not _threads()


def test_a_sink_that_cannot_close_leaves_no_other_open():
    class Stubborn(FakeSink):
        def close(self):
            raise SinkError("cannot finish")

    last = FakeSink("last")
    with (
        pytest.raises(SinkError, match="cannot finish"),
        Pipeline(FakeSource(3), FakeRunner(), [Stubborn(), last]) as pipeline,
    ):
        list(pipeline)
    assert last.closed == 1


def test_breaking_out_of_the_loop_finishes_sinks_and_threads():
    source, sink = FakeSource(10**9), FakeSink()
    with Pipeline(source, FakeRunner(), [sink]) as pipeline:
        for event in pipeline:
            if event.frame.index == 5:
                break
    assert sink.closed == 1
    assert len(sink.events) >= 6
    assert source.released.is_set()
    assert not _threads()


def test_stop_from_another_thread_ends_the_stream_with_whole_results():
    source, sink = FakeSource(10**9, live=True, period_s=0.001), FakeSink()
    with Pipeline(source, FakeRunner(), [sink]) as pipeline:
        threading.Timer(0.1, pipeline.stop).start()
        seen = [event.frame.index for event in pipeline]
    assert [event.frame.index for event in sink.events] == seen
    assert sink.closed == 1
    assert not _threads()


def test_a_pipeline_that_is_never_iterated_closes_what_it_was_given():
    source, sink = FakeSource(3), FakeSink()
    with Pipeline(source, FakeRunner(), [sink]):
        pass
    assert source.released.is_set()
    assert sink.closed == 1


def test_a_pipeline_is_iterated_once():
    with Pipeline(FakeSource(1), FakeRunner()) as pipeline:
        list(pipeline)
        with pytest.raises(ValueError, match="iterated once"):
            list(pipeline)


def test_max_frames_ends_the_run_exactly_there():
    source = FakeSource(10**9)
    with Pipeline(source, FakeRunner(), max_frames=7) as pipeline:
        assert len(list(pipeline)) == 7
    assert source.given <= 7 + 4


def test_max_fps_thins_a_live_source_and_does_not_call_that_dropping():
    source = FakeSource(60, live=True, period_s=0.005)
    starts = [time.monotonic()]
    runner = FakeRunner(lambda frame: starts.append(time.monotonic()))
    with Pipeline(source, runner, max_fps=20) as pipeline:
        count = len(list(pipeline))
    summary = pipeline.summary()
    # Not sooner at the start either; a quarter of a late frame's delay is caught up.
    assert count - 1 <= (starts[-1] - starts[0]) / (0.75 / 20)
    assert summary.thinned > 0
    assert summary.dropped + summary.thinned + count == 60


@pytest.mark.parametrize(
    ("settings", "match"),
    [({"max_frames": 0}, "max_frames"), ({"max_fps": 0.0}, "max_fps")],
)
def test_limits_must_be_positive(settings, match):
    with pytest.raises(ValueError, match=match):
        Pipeline(FakeSource(1), FakeRunner(), **settings)


def test_a_sink_gets_the_time_of_the_sinks_before_it_and_the_caller_of_all():
    first, second = FakeSink(hook=lambda e: time.sleep(0.003)), FakeSink()
    with Pipeline(FakeSource(1), FakeRunner(), [first, second]) as pipeline:
        (event,) = pipeline
    assert first.events[0].timing.emit_ms == 0
    assert second.events[0].timing.emit_ms >= 3
    assert event.timing.emit_ms >= second.events[0].timing.emit_ms


def test_timing_joins_the_stages_of_capture_model_and_sinks():
    source = FakeSource(3, live=True, period_s=0.01)
    with Pipeline(source, FakeRunner()) as pipeline:
        timing = list(pipeline)[-1].timing
    assert timing.capture_ms > 5
    assert timing.invoke_ms == Timing(invoke_ms=0.5).invoke_ms
    assert 0 <= timing.age_ms < 1000


def test_memory_is_flat_over_many_frames():
    import tracemalloc

    with Pipeline(FakeSource(6000), FakeRunner()) as pipeline:
        for event in pipeline:
            if event.frame.index == 1000:
                tracemalloc.start()
                before = tracemalloc.get_traced_memory()[0]
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert after - before < 400_000


def test_the_summary_says_what_was_lost():
    source = FakeSource(3)
    source.status.reconnects, source.status.gap_s = 1, 2.5
    source.status.unreadable = 4
    source.status.damaged = 6
    sink = FakeSink("jsonl:x")
    sink.lost = 2
    with Pipeline(source, FakeRunner(), [sink]) as pipeline:
        list(pipeline)
    text = "\n".join(pipeline.summary().lines())
    assert "3 frames" in text
    assert "1 reconnect (2.5 s without pictures)" in text
    assert "4 unreadable, 6 damaged" in text
    assert "jsonl:x lost 2 events" in text
    assert pipeline.summary().to_dict()["lost"] == {"jsonl:x": 2}


@pytest.mark.parametrize("allowed", [0, 1, 2, 3])
def test_where_no_more_threads_start_the_sinks_are_closed(monkeypatch, allowed):
    started = []
    start = threading.Thread.start

    def start_some(thread):
        if len(started) >= allowed:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    source, sink = FakeSource(50), FakeSink()
    with Pipeline(source, FakeRunner(), [sink]) as pipeline:
        monkeypatch.setattr(threading.Thread, "start", start_some)
        with pytest.raises(RuntimeError, match="new thread"):
            list(pipeline)
        monkeypatch.undo()
    assert sink.closed == 1
    assert source.released.is_set()
    for thread in started:
        thread.join(5)
    assert not _threads()
