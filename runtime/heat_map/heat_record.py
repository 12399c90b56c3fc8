"""What the events of a run add to the map and to the counts of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from ..wall_clock import wall_seconds
from .day_counts import DayCounts
from .heat_grid import HeatGrid

if TYPE_CHECKING:
    from ..event import Event

_LONGEST_STEP_S: Final = 2.0  # a longer gap between two frames is none of our knowledge


class HeatRecord:
    """The map of a run and the counts of its day.

    Times of day are local. Those of a video file begin when its first frame is read,
    and go on by the file's own times.

    Args:
        grid: The map so far.
        counts: The counts so far; None means none.
        kept_counts: Called with a day, as ``2026-11-30``, that begins or comes back (a
            board that learns the time after its start); returns its counts so far, or
            None.

    Attributes:
        grid: The map.
        counts: The counts of the day; None before the first event.
        finished: Counts of days that have ended, to be written and taken away.
    """

    def __init__(
        self,
        grid: HeatGrid | None = None,
        counts: DayCounts | None = None,
        *,
        kept_counts: Callable[[str], DayCounts | None] | None = None,
    ) -> None:
        self.grid = grid or HeatGrid()
        self.counts = counts
        self.finished: list[DayCounts] = []
        self._kept_counts = kept_counts
        self._time_s: float | None = None
        self._living: dict[int, str] = {}
        self._first: tuple[float, float] | None = None

    def add(self, event: Event) -> None:
        """Take an event with ``tracks``, and count its regions where it has them."""
        tracks = event.tracks
        if tracks is None:
            return
        moment = datetime.fromtimestamp(self._wall_s(event)).astimezone()
        day, hour = moment.strftime("%Y-%m-%d"), moment.hour
        if self.counts is None or self.counts.day != day:
            if self.counts is not None:
                self.finished.append(self.counts)
            self.counts = self._counts_of(day)
        time_s = event.frame.time_s
        step = 0.0 if self._time_s is None else time_s - self._time_s
        step = step if 0 < step <= _LONGEST_STEP_S else 0.0
        self._time_s = time_s
        seen = np.flatnonzero(tracks.seen)
        if len(seen) and step:
            boxes = tracks.boxes[seen].astype(np.float64)
            feet = np.stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, 3]], axis=1)
            self.grid.add(feet / event.frame.size, step)
        self._count_picture(event, hour, step)
        self._count_regions(event, hour, step)

    def _counts_of(self, day: str) -> DayCounts:
        """Return what is counted of a day already, or nothing yet."""
        for finished in self.finished:
            if finished.day == day:
                self.finished.remove(finished)
                return finished
        counts = None if self._kept_counts is None else self._kept_counts(day)
        return DayCounts(day) if counts is None else counts

    def _wall_s(self, event: Event) -> float:
        frame = event.frame
        if frame.position_s is None:
            return wall_seconds(frame.timestamp_ns)
        if self._first is None or frame.position_s < self._first[0]:
            self._first = (frame.position_s, wall_seconds(frame.timestamp_ns))
        return self._first[1] + frame.position_s - self._first[0]

    def _count_picture(self, event: Event, hour: int, step: float) -> None:
        counts, tracks = self.counts, event.tracks
        if counts is None or tracks is None:
            return
        # A track that goes on as another one is nobody new.
        joined = event.regions.origins if event.regions is not None else {}
        living = {
            joined.get(track_id, track_id): label
            for track_id, label in zip(tracks.ids.tolist(), tracks.labels, strict=True)
        }
        for person in living.keys() - self._living.keys():
            counts.row(hour, "", living[person]).came += 1
        for person in self._living.keys() - living.keys():
            counts.row(hour, "", self._living[person]).left += 1
        self._living = living
        for label in set(living.values()):
            number = sum(1 for other in living.values() if other == label)
            row = counts.row(hour, "", label)
            row.most = max(row.most, number)
            row.seconds += number * step

    def _count_regions(self, event: Event, hour: int, step: float) -> None:
        counts, regions = self.counts, event.regions
        if counts is None or regions is None:
            return
        for crossing in regions.crossings:
            row = counts.row(hour, crossing.region, crossing.label)
            if crossing.direction == "in":
                row.came += 1
            else:
                row.left += 1
        for name, state in regions.states.items():
            for label, number in state.occupancy.items():
                row = counts.row(hour, name, label)
                row.most = max(row.most, number)
                row.seconds += number * step
