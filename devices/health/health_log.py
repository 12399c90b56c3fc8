"""A board's health over a whole run, and its extremes in one line."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from .health import Health, HealthReader


class HealthLog:
    """Readings of a board, taken in a thread every few seconds, and their extremes.

    ``newest`` costs nothing, so each frame can use it. Taking a reading costs about a
    millisecond, and up to a second where a tool of the board hangs.

    Args:
        root: Folder that stands for ``/``.
        every_s: Seconds between two readings.
        clock: Returns seconds; for tests.

    Attributes:
        newest: The newest reading; None means that there is none yet.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        every_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.newest: Health | None = None
        self._reader = HealthReader(root)
        self._every_s = every_s
        self._clock = clock
        self._began_s = clock()
        self._first: Health | None = None
        self._hottest: float | None = None
        self._slowest: float | None = None
        self._limits: dict[str, float] = {}
        self._reported: set[str] = set()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> HealthLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        """Return whether somebody has started it, and nobody closed it."""
        return self._thread is not None and not self._ended.is_set()

    def start(self) -> None:
        """Take a reading now, and more in a thread until ``close``."""
        if self._thread is None:
            self.look()
            thread = threading.Thread(
                target=self._watch, name="edgevision-health", daemon=True
            )
            thread.start()
            self._thread = thread  # now there is one to wait for

    def close(self) -> None:
        """Take a last reading and end the thread; may be called twice."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self.look()
        self._reader.close()

    def look(self) -> None:
        """Take one reading now."""
        reading = self._reader.read()
        self._first = self._first or reading
        if reading.temperature_c is not None:
            self._hottest = max(self._hottest or -273.0, reading.temperature_c)
        if reading.clock_mhz is not None:
            self._slowest = min(self._slowest or float("inf"), reading.clock_mhz)
        for word in reading.limits:
            self._limits.setdefault(word, self._clock() - self._began_s)
        self.newest = reading

    def news(self) -> str:
        """Return one sentence, once, when something begins to slow the board down."""
        reading = self.newest
        if reading is None or self._reported.issuperset(reading.limits):
            return ""
        words = [word for word in reading.limits if word not in self._reported]
        self._reported.update(words)
        heat = reading.temperature_c
        degrees = "" if heat is None else f" at {heat:.0f} °C"
        return f"The board is slowed down{degrees}: {', '.join(words)}."

    def describe(self) -> str:
        """Return one line for people; empty when the board tells nothing."""
        if self._first is None or self.newest is None:
            return ""
        parts = []
        if self._first.temperature_c is not None and self._hottest is not None:
            parts.append(
                f"{self._first.temperature_c:.0f} °C at the start, "
                f"{self._hottest:.0f} °C at most"
            )
        if self._limits:
            slowed = (f"{word} after {at:.0f} s" for word, at in self._limits.items())
            parts.append(f"slowed down by: {', '.join(slowed)}")
        parts.extend(
            f"{word} since boot"
            for word in self.newest.limits_seen
            if word not in self._limits
        )
        return f"Board: {'; '.join(parts)}" if parts else ""

    def to_dict(self) -> dict[str, Any]:
        """Return first and last reading and the extremes as plain JSON types."""
        return {
            "before": self._first.to_dict() if self._first else None,
            "after": self.newest.to_dict() if self.newest else None,
            "max_temperature_c": self._hottest,
            "min_clock_mhz": self._slowest,
            "limits": {word: round(at, 1) for word, at in self._limits.items()},
        }

    def _watch(self) -> None:
        while not self._ended.wait(self._every_s):
            self.look()
