"""Counts who crossed, in a window that moves or since an hour or a day began."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Final

from .moment import Moment

_BUCKETS: Final = 3600
"""Crossings of one 3600th of the window leave it together: memory is bounded."""


class PassageCounter:
    """How many objects crossed a line, or entered or left a zone.

    Args:
        labels: Labels that count; empty means all.
        region: The line or zone.
        direction: ``in``, ``out`` or empty for both.
        window_s: Seconds of seen time that count; 0 means all.
        period: ``hour`` or ``day``: count since it began; empty means since the run
            began.

    Attributes:
        count: The number at this moment.
        is_complete: Whether all of the window, or the beginning of the period, was
            seen. Until then the true number may be higher.
    """

    def __init__(
        self,
        labels: Collection[str],
        region: str,
        direction: str = "",
        window_s: float = 0.0,
        period: str = "",
    ) -> None:
        self.count = 0
        self.is_complete = not window_s and not period
        self._labels = frozenset(labels)
        self._region = region
        self._direction = direction
        self._window_s = window_s
        self._period = period
        self._began_s: float | None = None
        self._now: tuple[int, int] | None = None
        self._buckets: deque[list[float]] = deque()

    def update(self, moment: Moment) -> None:
        """Count the crossings of one frame."""
        if self._window_s:
            self._move_window(moment)
        elif self._period:
            self._start_period(moment)
        if moment.crossings:
            self._add(moment)

    def _add(self, moment: Moment) -> None:
        new = 0
        for crossing in moment.crossings:
            new += (
                crossing.region == self._region
                and (not self._labels or crossing.label in self._labels)
                and self._direction in ("", crossing.direction)
            )
        self.count += new
        if new and self._window_s:
            now = moment.clock.seen_s
            width = self._window_s / _BUCKETS
            if self._buckets and now - self._buckets[-1][0] < width:
                self._buckets[-1][1] += new
            else:
                self._buckets.append([now, new])

    def _move_window(self, moment: Moment) -> None:
        clock = moment.clock
        if self._began_s is None or clock.gap_s >= self._window_s:
            self._buckets.clear()
            self.count = 0
            self._began_s = clock.seen_s
        while self._buckets and clock.seen_s - self._buckets[0][0] >= self._window_s:
            self.count -= int(self._buckets.popleft()[1])
        self.is_complete = clock.seen_s - self._began_s >= self._window_s

    def _start_period(self, moment: Moment) -> None:
        local = moment.local
        hour = local.hour if self._period == "hour" else 0
        now = (local.toordinal(), hour)
        if now != self._now:
            # Of one that began while the camera was lost, nobody knows.
            self.is_complete = self._now is not None and not moment.clock.gap_s
            self.count = 0
            self._now = now
