"""Watch a board's health over a run, and say in one line what was worst."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from .health import Health, HealthReader


class HealthLog:
    """Look at the board now and then, and remember the extremes.

    A context manager; looking costs about a millisecond, and less than that between
    two looks.

    Args:
        root: Folder that stands for ``/``.
        every_s: Seconds between two looks.
        clock: Seconds, for tests.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        every_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = HealthReader(root)
        self._every_s = every_s
        self._clock = clock
        self._next = float("-inf")
        self._first: Health | None = None
        self._last = Health()
        self._hottest: float | None = None
        self._slowest: float | None = None
        self._limits: dict[str, None] = {}

    def __enter__(self) -> HealthLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the reader; safe to call twice."""
        self._reader.close()

    def look(self, *, now: bool = False) -> None:
        """Look at the board when it is time, or now."""
        if not now and self._clock() < self._next:
            return
        self._next = self._clock() + self._every_s
        found = self._last = self._reader.read()
        self._first = self._first or found
        if found.temperature_c is not None:
            self._hottest = max(self._hottest or -273.0, found.temperature_c)
        if found.clock_mhz is not None:
            self._slowest = min(self._slowest or float("inf"), found.clock_mhz)
        self._limits.update(dict.fromkeys(found.limits))

    def describe(self) -> str:
        """Return one line for people; empty where the board tells nothing."""
        if self._first is None:
            return ""
        parts = []
        if self._first.temperature_c is not None and self._hottest is not None:
            parts.append(
                f"{self._first.temperature_c:.0f} °C at the start, "
                f"{self._hottest:.0f} °C at most"
            )
        if self._limits:
            parts.append(f"held back by: {', '.join(self._limits)}")
        parts.extend(
            f"{word} since boot"
            for word in self._last.limits_seen
            if word not in self._limits
        )
        return f"Board: {'; '.join(parts)}" if parts else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: first look, last look and the extremes."""
        return {
            "before": self._first.to_dict() if self._first else None,
            "after": self._last.to_dict(),
            "max_temperature_c": self._hottest,
            "min_clock_mhz": self._slowest,
            "limits": list(self._limits),
        }
