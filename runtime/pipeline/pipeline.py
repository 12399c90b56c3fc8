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
from typing import TYPE_CHECKING, Final

from ...devices.health import HealthLog
from ..closing import Closing
from ..event import Event
from ..frame import Frame
from ..rule_event import RuleEvent
from ..sinks import Sink
from ..sources import Source
from ..stage import Stage
from ..timing import LatencyTable
from .channel import Channel, ChannelEndedError
from .hang_watch import HangWatch
from .inference import Inference
from .outputs import Outputs, Stages
from .runner import Runner
from .sink_writer import SinkWriter
from .summary import RunSummary

if TYPE_CHECKING:
    from ..turns import Turn

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
            and closed here, unless it runs already.
        model: The model's name, for the sinks.
        max_invoke: Seconds that an invoke, or the work around it, may take before the
            model counts as hanging: the iteration then ends with a ``ModelError``. 0
            means no limit, and None one by the model's own time, see
            :class:`~edgevision.runtime.watchdog.invoke_limit.InvokeLimit`.
        turn: When a frame may be taken, where several pipelines share a model.
        camera: The name of the source among those, for ``Event.camera``.

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
        turn: Turn | None = None,
        camera: str = "",
    ) -> None:
        self.source = source
        self.latency = LatencyTable()
        self.health = health
        self._turn = turn
        self._has_own_health = health is not None and not health.is_running
        self.sinks = list(sinks)
        self.stages = Stages(stages)
        self._writer = SinkWriter(self.sinks)
        self._outputs = Outputs(self.stages, self._writer)
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
        self._inference = Inference(
            runner,
            source,
            self._captured,
            self._decoded,
            self._stopping,
            self._wanted,
            model=model or "the model",
            max_frames=max_frames,
            max_fps=max_fps,
            health=health,
            turn=turn,
            camera=camera,
        )
        self._watch = HangWatch(
            max_invoke,
            decoded=self._decoded,
            emitted=self._emitted,
            writer=self._writer,
            stop=self.stop,
            is_stopping=self._stopping.is_set,
            on_hang=turn.fail if turn is not None else None,
        )
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        context = self.stages.context(self.stop, model, source)
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
        if self._turn is not None:
            self._turn.stop()

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
        if self.health is not None and self._has_own_health:
            self.health.close()
        if "sinks" not in self._threads:
            self._outputs.close()
            if self._turn is not None:
                self._turn.leave()

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
            stages=self.stages,
            latency=self.latency,
            dropped=self._captured.dropped,
            thinned=self._captured.thinned,
        )

    def _start(self) -> None:
        if self._threads or self._closed:
            raise ValueError("A pipeline can be iterated once; make a new one.")
        if self.health is not None and self._has_own_health:
            self.health.start()
        for name, work in (
            ("capture", self._capture),
            ("inference", self._inference.run),
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
