"""What all regions hold at one moment: who is inside, since when, who crossed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .line import Line
from .zone import Zone


@dataclass(frozen=True)
class Stay:
    """Something that is in a zone.

    Attributes:
        track_id: Its track.
        label: Its class.
        since_s: When it entered, on the stream's clock.
    """

    track_id: int
    label: str
    since_s: float


@dataclass(frozen=True)
class RegionCrossing:
    """Something that crossed a line, or entered or left a zone.

    Attributes:
        region: The name of the line or zone.
        track_id: Its track.
        label: Its class.
        direction: ``in`` or ``out``: of a zone, or as :class:`Line` says.
        time_s: When, on the stream's clock. That may be earlier than the frame which
            reports it: what happened is only believed when it is clear.
    """

    region: str
    track_id: int
    label: str
    direction: str
    time_s: float

    def to_dict(self) -> dict[str, Any]:
        """Return a record of plain JSON types."""
        return {
            "region": self.region,
            "track_id": self.track_id,
            "label": self.label,
            "direction": self.direction,
            "time_s": round(self.time_s, 3),
        }


@dataclass(frozen=True)
class RegionState:
    """One region at one moment.

    Attributes:
        region: The zone or line.
        time_s: The moment, on the stream's clock.
        stays: Who is in the zone, in the order of entering; empty for a line. Somebody
            hidden for a moment stays, as long as the track lives.
        counts_in: Class -> how many entered the zone or crossed the line inwards since
            the run began. Who was in a zone when first seen is counted as well.
        counts_out: The same outwards.
        empty_since_s: Since when nobody is in the zone: since the last one left, or
            since the run began. None while somebody is, and for a line.
    """

    region: Zone | Line
    time_s: float
    stays: tuple[Stay, ...] = ()
    counts_in: Mapping[str, int] = field(default_factory=dict)
    counts_out: Mapping[str, int] = field(default_factory=dict)
    empty_since_s: float | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the tracks in the zone, in the order of entering."""
        return tuple(stay.track_id for stay in self.stays)

    @property
    def occupancy(self) -> dict[str, int]:
        """Return how many of each class are in the zone; absent means none."""
        return dict(Counter(stay.label for stay in self.stays))

    @property
    def dwell_s(self) -> dict[int, float]:
        """Return for how many seconds each track has been in the zone."""
        return {stay.track_id: self.time_s - stay.since_s for stay in self.stays}

    @property
    def empty_s(self) -> float:
        """Return for how long the zone has been empty; 0 while somebody is in it."""
        since = self.empty_since_s
        return 0.0 if since is None else self.time_s - since

    def to_dict(self) -> dict[str, Any]:
        """Return a record of plain JSON types."""
        counts = {"in": dict(self.counts_in), "out": dict(self.counts_out)}
        if isinstance(self.region, Line):
            return counts
        stays = [
            {
                "track_id": stay.track_id,
                "label": stay.label,
                "dwell_s": round(self.time_s - stay.since_s, 3),
            }
            for stay in self.stays
        ]
        return {
            "occupancy": self.occupancy,
            "stays": stays,
            "empty_s": round(self.empty_s, 3),
            **counts,
        }


@dataclass(frozen=True)
class RegionSnapshot:
    """All regions of a run at the moment of one frame.

    Attributes:
        time_s: The moment, on the stream's clock.
        states: Name -> the region's state, in the order in which they were passed.
        crossings: What crossed lines, entered and left zones as this frame shows, in
            the order of time.
        origins: track_id -> the first track_id of the same person or thing, for living
            tracks whose identity was switched and that the regions joined again. Who
            is not in it is its own origin.
    """

    time_s: float
    states: Mapping[str, RegionState] = field(default_factory=dict)
    crossings: tuple[RegionCrossing, ...] = ()
    origins: Mapping[int, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"regions": {name: ...}, "crossings": [...]}`` of plain types."""
        return {
            "regions": {name: state.to_dict() for name, state in self.states.items()},
            "crossings": [crossing.to_dict() for crossing in self.crossings],
        }
