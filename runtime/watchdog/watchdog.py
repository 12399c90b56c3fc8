"""A thread that notices when another one stays in a step for too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ..closing import Closing
from .step import Step, step_of

_LONGEST_TICK_S: Final = 0.25
_SHORTEST_TICK_S: Final = 0.005
_TICKS_PER_LIMIT: Final = 8

Limit = Callable[[Step], float]
"""Returns the seconds that a step may take; 0 means any number."""
OnLate = Callable[[Step, float], None]
"""Called with a step that takes too long, and its seconds, at every look."""


class Watchdog(Closing):
    """Look at the steps of threads a few times per second.

    Time counts in small ticks: while the whole process is stopped or the board sleeps,
    a step does not grow old.

    Args:
        shortest_s: The shortest limit that will be asked for; 0 means that all are of
            seconds.
    """

    def __init__(self, *, shortest_s: float = 0.0) -> None:
        tick = shortest_s / _TICKS_PER_LIMIT if shortest_s else _LONGEST_TICK_S
        self._tick = min(max(tick, _SHORTEST_TICK_S), _LONGEST_TICK_S)
        self._watches: list[_Watch] = []
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, thread: int | None, limit: Limit, on_late: OnLate) -> None:
        """Watch a thread, from now on.

        Args:
            thread: The thread's identifier.
            limit: Returns how long a step may take.
            on_late: Called, from the watchdog's thread, while a step takes longer.
        """
        self._watches.append(_Watch(thread, limit, on_late))
        if self._thread is None:
            looker = threading.Thread(
                target=self._look, name="edgevision-watchdog", daemon=True
            )
            looker.start()
            self._thread = looker  # now there is one to wait for

    def close(self) -> None:
        """Look no more; may be called twice, and by the watchdog's own thread."""
        self._closing.set()
        if self._thread not in (None, threading.current_thread()):
            self._thread.join()

    def _look(self) -> None:
        before = time.monotonic()
        while not self._closing.wait(self._tick):
            now = time.monotonic()
            passed, before = min(now - before, 2 * self._tick), now
            for watch in tuple(self._watches):
                watch.look(passed)


class _Watch:
    """One thread, and the step that it was in at the last look."""

    def __init__(self, thread: int | None, limit: Limit, on_late: OnLate) -> None:
        self._thread, self._limit, self._on_late = thread, limit, on_late
        self._step: Step | None = None
        self._began = self._age = 0.0

    def look(self, passed: float) -> None:
        step = step_of(self._thread)
        if step is None or step is not self._step or step.began != self._began:
            self._step, self._age = step, 0.0
            self._began = 0.0 if step is None else step.began
            return
        self._age += passed
        limit = self._limit(step)
        if limit and self._age >= limit:
            self._on_late(step, self._age)
