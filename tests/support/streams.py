"""Stand-ins for the tests of streams: sources, models and sinks that do as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results.classifications import Classifications, Result
from edgevision.runtime.sinks.base import Sink
from edgevision.runtime.sources.base import Source
from edgevision.runtime.timing import Timing


def blank(index: int = 0, *, size: tuple[int, int] = (8, 6)) -> Frame:
    """Return a small frame that was captured now and whose pixels are its number."""
    image = np.full((size[1], size[0], 3), index % 256, np.uint8)
    return Frame(image, time.monotonic_ns(), index, "fake")


def classes(*pairs: tuple[int, float]) -> Classifications:
    """Return classes by (class_id, score), labelled by their numbers."""
    return Classifications(
        np.array([class_id for class_id, _ in pairs], np.int64),
        np.array([score for _, score in pairs], np.float32),
        tuple(f"class {class_id}" for class_id, _ in pairs),
    )


def event(index: int = 0, *, timing: Timing | None = None) -> Event:
    """Return an event whose one class is its number."""
    return Event(blank(index), classes((index, 0.5)), timing or Timing(invoke_ms=1.0))


class FakeSource(Source):
    """Yield a number of small frames; then end, or raise what it was given."""

    def __init__(
        self,
        count: int,
        *,
        live: bool = False,
        period_s: float = 0.0,
        error: Exception | None = None,
    ) -> None:
        super().__init__("fake")
        self.live = live
        self.count = count
        self.period_s = period_s
        self.error = error
        self.given = 0
        self.released = threading.Event()

    def frames(self) -> Iterator[Frame]:
        for index in range(self.count):
            if self.closed.wait(self.period_s) if self.period_s else False:
                return
            self.given += 1
            yield blank(index)
        if self.error is not None:
            raise self.error

    def release(self) -> None:
        self.released.set()


class FakeRunner:
    """Answer each frame with its index as the class; call a hook first."""

    def __init__(self, hook: Callable[[Frame], None] = lambda frame: None) -> None:
        self.hook = hook
        self.threads: set[str] = set()

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return one class whose number is the frame's index."""
        self.threads.add(threading.current_thread().name)
        self.hook(frame)
        return classes((frame.index, 1.0)), Timing(invoke_ms=0.5)


@dataclass
class FakeSink(Sink):
    """Keep what it gets; call a hook first."""

    name: str = "fake"
    hook: Callable[[Event], None] = lambda event: None
    events: list[Event] = field(default_factory=list)
    closed: int = 0

    def write(self, event: Event) -> None:
        """Keep an event."""
        self.hook(event)
        self.events.append(event)

    def close(self) -> None:
        """Count the closing."""
        self.closed += 1
