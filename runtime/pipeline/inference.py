"""The thread of the model: it takes frames, and hands on events."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...devices.health import HealthLog
from ..event import Event
from ..frame import Frame
from ..sources import Source
from ..watchdog import Step
from .channel import Channel
from .runner import Runner

if TYPE_CHECKING:
    from ..turns import Turn


@dataclass(frozen=True)
class Inference:
    """Run a model over the frames that a source has captured.

    Attributes:
        runner: The model.
        source: Where the frames come from.
        captured: From the source's thread: frames, and how long each was waited for.
        decoded: To the thread of the sinks.
        stopping: Ends the waiting for the next frame; set here at the end.
        wanted: Has a permit when an event will soon be wanted; None means always.
        model: The model's name.
        max_frames: As for :class:`.Pipeline`, and so are the others.
        max_fps: The same.
        health: The same.
        turn: The same.
        camera: The same.
    """

    runner: Runner
    source: Source
    captured: Channel[tuple[Frame, float]]
    decoded: Channel[Event]
    stopping: threading.Event
    wanted: threading.Semaphore | None
    model: str
    max_frames: int | None
    max_fps: float | None
    health: HealthLog | None
    turn: Turn | None
    camera: str

    def __post_init__(self) -> None:
        if self.max_frames is not None and self.max_frames < 1:
            raise ValueError(f"max_frames must be at least 1, got {self.max_frames}.")
        if self.max_fps is not None and not self.max_fps > 0:
            raise ValueError(f"max_fps must be above 0, got {self.max_fps}.")

    def run(self) -> None:
        """Work until the frames end, or nobody wants more; called once."""
        try:
            self.decoded.carry(self._work)
        finally:
            # Nobody takes frames from capture any more, however this thread ended.
            self.stopping.set()
            self.captured.abort()
            if self.turn is not None:
                self.turn.leave()

    def _work(self) -> None:
        captured, health, turn = self.captured, self.health, self.turn
        status = self.source.status
        pause_ns = 0 if self.max_fps is None else int(1e9 / self.max_fps)
        done = 0
        due = time.monotonic_ns()
        while True:
            self._wait_until(due)
            if self.wanted is not None:
                self.wanted.acquire()
            # Without a frame nobody waits for a turn; in it the newest is taken.
            if turn is not None and captured.wait() and not turn.take():
                return
            frame, waited = captured.get()
            if pause_ns:
                # From now, not from ``due``: a burst must not make up for frames
                # that a slow moment skipped. A quarter back, to keep the mean.
                began = time.monotonic_ns() - pause_ns // 4
                due = max(due, began) + pause_ns
            age = (time.monotonic_ns() - frame.timestamp_ns) / 1e6
            with Step(self.model, frame):
                result, timing = self.runner.run(frame)
            if turn is not None:
                turn.end()
                age += timing.age_ms  # prepared, it waited for the model
            timing = replace(timing, capture_ms=waited, age_ms=max(age, 0.0))
            event = Event(
                frame,
                result,
                timing,
                dropped=captured.dropped,
                reconnects=status.reconnects,
                gap_s=status.gap_s,
                damaged=status.damaged,
                health=health.newest if health is not None else None,
                camera=self.camera,
            )
            self.decoded.put(event)
            done += 1
            if done == self.max_frames:
                return

    def _wait_until(self, due: int) -> None:
        wait = due - time.monotonic_ns()
        if wait > 0:
            self.captured.pausing = True
            self.stopping.wait(wait / 1e9)
            self.captured.pausing = False
