"""Regions counted over the tracks of a stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from .line import Line
from .passage_counts import PassageCounts
from .place import Place, Places
from .sights import keypoints_of, sights_of
from .snapshot import RegionCrossing, RegionSnapshot, RegionState, Stay
from .visitors import Change, Identities, Sight, Visitor
from .zone import Zone

if TYPE_CHECKING:
    from ..results import Result
    from ..tracking import Tracks

_DIRECTIONS: Final = {1: "in", -1: "out"}


class RegionCounter:
    """Who is in zones, since when, and who crosses lines, by the tracks of a stream.

    It keeps the state of one stream: make one for each. Memory is that of the living
    tracks, however long the stream is.

    Args:
        regions: Zones and lines, of different names.

    Attributes:
        regions: The argument, as a tuple.

    Raises:
        ValueError: Two regions have one name.

    Example:
        >>> from edgevision.runtime.regions import Line, RegionCounter
        >>> counter = RegionCounter([Line("gate", ((0, 0.5), (1, 0.5)))])
        >>> counter.regions[0].name
        'gate'
    """

    def __init__(self, regions: Sequence[Zone | Line]) -> None:
        self.regions = tuple(regions)
        names = [region.name for region in self.regions]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"two regions are called {name!r}. Give each a name of its own."
                )
        self._parts = tuple(sorted({region.part for region in self.regions}))
        self._counts = PassageCounts(len(self.regions))
        self._empty_since: list[float | None] = [None] * len(self.regions)
        self._size = (0, 0)
        self._time_s: float | None = None
        self._places: list[Place] = []
        self._by_part: list[Places] = []
        self._identities = Identities(len(self.regions))

    def update(
        self,
        tracks: Tracks,
        size: tuple[int, int],
        result: Result | None = None,
    ) -> RegionSnapshot:
        """Take the tracks of a frame and return the state of all regions.

        Where the time goes back (a video that begins again), all that was inside is
        forgotten; the counts stay.

        Args:
            tracks: The living tracks at the time of the frame.
            size: Width and height of the frame.
            result: The frame's result, with ``track_ids``; needed for regions whose
                part is a keypoint.

        Raises:
            ValueError: A region counts a keypoint that the result does not have.
        """
        time_s = tracks.time_s
        if size != self._size:
            self._places = [Place(region, size) for region in self.regions]
            self._by_part = Places.by_part(self._places)
        is_new = self._time_s is None or time_s < self._time_s or size != self._size
        if is_new:
            self._begin_again(time_s)
        self._size, self._time_s = size, time_s
        sights = sights_of(tracks, self._parts, keypoints_of(result, self.regions))
        identities = self._identities
        moved = identities.take(sights, set(tracks.ids.tolist()), time_s)
        self._see_all(moved, tracks.boxes, time_s)
        for visitor, sight in moved:
            for part, point in sight.points.items():
                visitor.points[part] = (point, time_s)
        identities.settle(time_s)
        crossings = self._report(time_s)
        return self._snapshot(time_s, crossings)

    def finish(self) -> tuple[RegionCrossing, ...]:
        """Return the crossings that become certain because the stream has ended.

        Somebody who was seen last just across a line has crossed it. What is in a zone
        stays in it.
        """
        crossings: list[RegionCrossing] = []
        for visitor in self._identities.visitors:
            self._end_at_lines(visitor)
            crossings += self._flush(visitor)
        return tuple(sorted(crossings, key=lambda one: one.time_s))

    def _see_all(
        self,
        moved: Sequence[tuple[Visitor, Sight]],
        track_boxes: np.ndarray,
        time_s: float,
    ) -> None:
        """Take where all visitors are seen into the sides of all regions."""
        if not moved:
            return
        boxes = np.asarray(track_boxes[[sight.row for _, sight in moved]], np.float64)
        points = [sight.points for _, sight in moved]
        depths: dict[int, Sequence[float | None]] = {}
        for places in self._by_part:
            values = places.depths(points, boxes)
            depths.update(zip(places.numbers, values, strict=True))
        for region, place in enumerate(self._places):
            # Who entered as one class leaves, even if it is taken for another now.
            labels = place.region.labels
            chosen = [
                row
                for row, (visitor, sight) in enumerate(moved)
                if not labels
                or sight.label in labels
                or visitor.sides[region].is_beyond
            ]
            if region in depths:
                every = depths[region]
                seen = [(row, x) for row in chosen if (x := every[row]) is not None]
            else:
                values_of = place.depths_of_boxes(boxes[chosen])
                seen = list(zip(chosen, values_of, strict=True))
            if isinstance(place.region, Zone):
                self._see_in_zone(region, place.region, moved, seen, time_s)
            elif seen:
                self._see_at_line(region, place, moved, seen, time_s)

    def _see_in_zone(
        self,
        region: int,
        zone: Zone,
        moved: Sequence[tuple[Visitor, Sight]],
        seen: Sequence[tuple[int, float]],
        time_s: float,
    ) -> None:
        settle_s = zone.settle_s
        for row, depth in seen:
            visitor = moved[row][0]
            side = visitor.sides[region]
            if side.see_in_zone(depth, time_s, settle_s):
                if side.is_beyond:
                    side.label = visitor.label
                direction = 1 if side.is_beyond else -1
                _add(visitor, region, direction, side.since_s)

    def _see_at_line(
        self,
        region: int,
        place: Place,
        moved: Sequence[tuple[Visitor, Sight]],
        seen: Sequence[tuple[int, float]],
        time_s: float,
    ) -> None:
        part = place.region.part
        ends = [moved[row][1].points[part] for row, _ in seen]
        befores = [
            moved[row][0].points.get(part, (end, time_s))
            for (row, _), end in zip(seen, ends, strict=True)
        ]
        signs, shares = place.crossings([point for point, _ in befores], ends)
        for k, (row, depth) in enumerate(seen):
            visitor, before_s = moved[row][0], befores[k][1]
            crossed_s = before_s + shares[k] * (time_s - before_s)
            side = visitor.sides[region]
            direction = side.see_at_line(depth, signs[k], crossed_s, time_s)
            if direction:
                _add(visitor, region, direction, side.since_s)

    def _begin_again(self, time_s: float) -> None:
        for visitor in self._identities.visitors:
            self._leave(visitor)
        self._identities = Identities(len(self.regions))
        self._empty_since = [
            None if isinstance(region, Line) else time_s for region in self.regions
        ]

    def _leave(self, visitor: Visitor) -> list[RegionCrossing]:
        """Count what a visitor that is gone has crossed, and out of its zones."""
        self._end_at_lines(visitor)
        for region, side in enumerate(visitor.sides):
            if side.is_beyond:
                side.is_beyond = False
                _add(visitor, region, -1, visitor.seen_s)
        return self._flush(visitor)

    def _report(self, time_s: float) -> tuple[RegionCrossing, ...]:
        identities = self._identities
        crossings: list[RegionCrossing] = []
        for change in identities.wrong:
            # Reported of somebody who turned out to be somebody else.
            self._counts.add(change, -1)
        for visitor in identities.gone:
            crossings += self._leave(visitor)
        held = identities.held(time_s)
        for visitor in identities.visitors:
            if visitor.changes and id(visitor) not in held:
                for change in visitor.changes:
                    identities.note(visitor, change)
                crossings += self._flush(visitor)
        return tuple(sorted(crossings, key=lambda one: one.time_s))

    def _end_at_lines(self, visitor: Visitor) -> None:
        """Believe the little evidence that there is: no more will come."""
        for region, side in enumerate(visitor.sides):
            if isinstance(self.regions[region], Line):
                direction = side.end_at_line()
                if direction:
                    _add(visitor, region, direction, side.since_s)

    def _flush(self, visitor: Visitor) -> list[RegionCrossing]:
        crossings = []
        for change in visitor.changes:
            self._counts.add(change)
            crossings.append(
                RegionCrossing(
                    self.regions[change.region].name,
                    visitor.track_id,
                    change.label,
                    _DIRECTIONS[change.direction],
                    change.time_s,
                )
            )
        visitor.changes.clear()
        return crossings

    def _snapshot(
        self, time_s: float, crossings: tuple[RegionCrossing, ...]
    ) -> RegionSnapshot:
        visitors = self._identities.visitors
        states = {}
        for k, region in enumerate(self.regions):
            stays: tuple[Stay, ...] = ()
            if isinstance(region, Zone):
                inside = [
                    Stay(visitor.track_id, side.label, side.since_s)
                    for visitor in visitors
                    if (side := visitor.sides[k]).is_beyond
                ]
                stays = tuple(sorted(inside, key=lambda stay: stay.since_s))
                if stays:
                    self._empty_since[k] = None
                elif self._empty_since[k] is None:
                    lefts = [c.time_s for c in crossings if c.region == region.name]
                    self._empty_since[k] = max(lefts, default=time_s)
            states[region.name] = RegionState(
                region,
                time_s,
                stays,
                self._counts.of(k, 1),
                self._counts.of(k, -1),
                self._empty_since[k],
            )
        origins = {
            visitor.track_id: visitor.origin_id
            for visitor in visitors
            if visitor.track_id != visitor.origin_id
        }
        return RegionSnapshot(time_s, states, crossings, origins)


def _add(visitor: Visitor, region: int, direction: int, time_s: float) -> None:
    label = visitor.sides[region].label or visitor.label
    visitor.changes.append(Change(region, direction, time_s, label))
