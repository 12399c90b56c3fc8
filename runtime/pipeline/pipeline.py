"""Capture, inference and sinks side by side: from a source to a stream of events.

Three threads joined by short queues. A live source hands over only its newest frame,
and skipped frames are counted; any other source waits and loses nothing. A slow caller
gets fresh events, too: no frame of a live source is taken long before it is wanted.
Events come out in order. An error in any thread reaches the caller that iterates, after
the events that came before it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ...devices.health import HealthLog
from ..closing import Closing
from ..event import Event
from ..frame import Frame
from ..rule_event import RuleEvent
from ..sinks import RunContext, Sink
from ..sources import Source
from ..stage import Stage
from ..timing import LatencyTable
from ..watchdog import Step
from .channel import Channel, ChannelEndedError
from .hang_watch import HangWatch
from .outputs import Outputs, Stages
from .runner import Runner
from .sink_writer import SinkWriter
from .summary import RunSummary

logger = logging.getLogger(__name__)
_PATIENCE_S: Final = 3.0  # for a source whose read blocks when the run ends


class Pipeline(Closing):
    """Run a model over a source and yield an event per frame.

    Use it as a context manager and iterate over it once. Leaving the ``with`` (or
    :meth:`stop` from any thread) ends the source, finishes the sinks and joins the
    threads. Sinks get each event before the iteration yields it; they are closed here.

    Args:
        source: Where the frames come from; closed here.
        runner: The model; used from one thread, not closed here.
        sinks: Where events go, in this order. ``emit_ms`` of an event that a sink gets
            is the time of the sinks before it.
        stages: What is done with each event between the model and the sinks, in this
            order; closed here.
        max_frames: Stop after so many frames; None means no limit.
        max_fps: At most so many frames per second; None means no limit.
        health: Reads the health of the board meanwhile, for ``Event.health``; started
            and closed here.
        model: The model's name, for the sinks.
        max_invoke: Seconds that an invoke, or the work around it, may take before the
            model counts as hanging: the iteration then ends with a ``ModelError``. 0
            means no limit, and None one by the model's own time, see
            :class:`~edgevision.runtime.watchdog.invoke_limit.InvokeLimit`.

    Attributes:
        latency: The times of all frames so far.
        source: The argument of that name.
        sinks: The argument of that name, as a list.
        stages: The argument of that name, as one.
        health: The argument of that name.
    """

    def __init__(
        self,
        source: Source,
        runner: Runner,
        sinks: Sequence[Sink] = (),
        *,
        stages: Sequence[Stage] = (),
        max_frames: int | None = None,
        max_fps: float | None = None,
        health: HealthLog | None = None,
        model: str = "",
        max_invoke: float | None = None,
    ) -> None:
        if max_frames is not None and max_frames < 1:
            raise ValueError(f"max_frames must be at least 1, got {max_frames}.")
        if max_fps is not None and not max_fps > 0:
            raise ValueError(f"max_fps must be above 0, got {max_fps}.")
        self.source = source
        self.latency = LatencyTable()
        self.health = health
        self._runner = runner
        self._model = model or "the model"
        self.sinks = list(sinks)
        self.stages = Stages(stages)
        self._writer = SinkWriter(self.sinks)
        self._outputs = Outputs(self.stages, self._writer)
        self._max_frames = max_frames
        self._pause_ns = 0 if max_fps is None else int(1e9 / max_fps)
        self._stopping = threading.Event()
        # A live source must not age in queues: one place each.
        places = 1 if source.live else 2
        self._captured: Channel[tuple[Frame, float]] = Channel(
            places, newest=source.live
        )
        self._decoded: Channel[Event] = Channel(places)
        self._emitted: Channel[Event] = Channel(places)
        # A frame is only taken when its event will soon be wanted: one event is with
        # the caller, one on its way to it, and one more may be with the sinks.
        self._wanted = (
            threading.Semaphore(3 if self.sinks else 2) if source.live else None
        )
        self._watch = HangWatch(
            max_invoke,
            decoded=self._decoded,
            emitted=self._emitted,
            writer=self._writer,
            stop=self.stop,
            is_stopping=self._stopping.is_set,
        )
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        context = RunContext(self.stop, model)
        for stage in self.stages:
            stage.attach(context)
        for sink in self.sinks:
            sink.attach(context)

    def __iter__(self) -> Iterator[Event]:
        """Yield events until the source ends, ``stop`` is called or a thread fails."""
        self._start()
        try:
            while True:
                try:
                    event = self._emitted.get()
                except ChannelEndedError:
                    return
                yield event
                if self._wanted is not None:
                    self._wanted.release()
        finally:
            self.close()

    def stop(self) -> None:
        """End the stream soon: frames being worked on are finished, no new ones come.

        Safe from any thread. A signal handler calls it through a thread of its own: it
        may have interrupted the very code that holds one of the locks taken here.
        """
        self._stopping.set()
        self.source.close()
        self._captured.abort()

    def close(self) -> None:
        """Stop, let the sinks finish, join the threads; may be called twice."""
        if self._closed:
            return
        self._closed = True
        self.stop()
        self._emitted.abort()
        if self._wanted is not None:
            self._wanted.release()
        for name, thread in self._threads.items():
            self._join(name, thread)
        self._watch.close()
        if self.health is not None:
            self.health.close()
        if "sinks" not in self._threads:
            self._outputs.close()

    def _join(self, name: str, thread: threading.Thread) -> None:
        if name == "capture":
            thread.join(_PATIENCE_S)
            if thread.is_alive():
                logger.warning(
                    "%s is still blocked in a read and is left behind", self.source.name
                )
            return
        # Until it ends, or the watch says that there is nothing to wait for.
        while thread.is_alive() and name not in self._watch.left_behind:
            thread.join(0.1)
        if thread.is_alive() and name == "sinks":
            self._writer.close_others(thread.ident)

    @property
    def last_reports(self) -> tuple[RuleEvent, ...]:
        """Return what the stages reported after the last event, to the sinks, too."""
        return self._outputs.last_reports

    def summary(self) -> RunSummary:
        """Return the figures of the run so far."""
        return RunSummary.of(
            self.source,
            self.sinks,
            self.health,
            latency=self.latency,
            dropped=self._captured.dropped,
            thinned=self._captured.thinned,
        )

    def _start(self) -> None:
        if self._threads or self._closed:
            raise ValueError("A pipeline can be iterated once; make a new one.")
        if self.health is not None:
            self.health.start()
        for name, work in (
            ("capture", self._capture),
            ("inference", self._infer),
            ("sinks", self._emit),
        ):
            thread = threading.Thread(
                target=work, name=f"edgevision-{name}", daemon=True
            )
            thread.start()  # a RuntimeError where the system has no more threads
            self._threads[name] = thread
        self._watch.start(
            inference=self._threads["inference"].ident,
            sinks=self._threads["sinks"].ident,
        )

    def _capture(self) -> None:
        def work() -> None:
            frames = iter(self.source)
            try:
                while not self._stopping.is_set():
                    started = time.perf_counter_ns()
                    frame = next(frames, None)
                    waited = (time.perf_counter_ns() - started) / 1e6
                    if frame is None or not self._captured.put((frame, waited)):
                        return
            finally:
                frames.close()  # release the device in the thread that read it

        self._captured.carry(work)

    def _infer(self) -> None:
        def work() -> None:
            done = 0
            due = time.monotonic_ns()
            while True:
                self._wait_until(due)
                if self._wanted is not None:
                    self._wanted.acquire()
                frame, waited = self._captured.get()
                if self._pause_ns:
                    # From now, not from ``due``: a burst must not make up for frames
                    # that a slow moment skipped. A quarter back, to keep the mean.
                    began = time.monotonic_ns() - self._pause_ns // 4
                    due = max(due, began) + self._pause_ns
                age = (time.monotonic_ns() - frame.timestamp_ns) / 1e6
                with Step(self._model, frame):
                    result, timing = self._runner.run(frame)
                timing = replace(timing, capture_ms=waited, age_ms=max(age, 0.0))
                event = Event(
                    frame,
                    result,
                    timing,
                    dropped=self._captured.dropped,
                    reconnects=self.source.status.reconnects,
                    gap_s=self.source.status.gap_s,
                    damaged=self.source.status.damaged,
                    health=self.health.newest if self.health is not None else None,
                )
                self._decoded.put(event)
                done += 1
                if done == self._max_frames:
                    return

        try:
            self._decoded.carry(work)
        finally:
            # Nobody takes frames from capture any more, however this thread ended.
            self._stopping.set()
            self._captured.abort()

    def _wait_until(self, due: int) -> None:
        wait = due - time.monotonic_ns()
        if wait > 0:
            self._captured.pausing = True
            self._stopping.wait(wait / 1e9)
            self._captured.pausing = False

    def _emit(self) -> None:
        def work() -> None:
            try:
                while True:
                    event = self._outputs.take(self._decoded.get())
                    self.latency.add(event.timing)
                    self._emitted.put(event)
            finally:
                self._outputs.finish()

        try:
            self._emitted.carry(work)
        finally:
            # A sink that ends the run must not leave inference waiting for it.
            self._decoded.abort()
