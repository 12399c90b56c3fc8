"""A person or thing as regions know it: it may come under several tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..points import Point
from .motion import Motion
from .side import Side


@dataclass
class Sight:
    """A track that is seen in a frame; nobody changes it.

    It is not frozen, because each track of each frame makes one, and one that is frozen
    takes three times as long.

    Attributes:
        track_id: Its number.
        class_id: Its class.
        label: The text of its class.
        x: Middle of its box, in pixels.
        y: Middle of its box.
        size: Square root of the box's area.
        height: Logarithm of the box's height.
        row: Its position in the tracks.
        points: Part of the box -> its place in pixels; absent where it is not seen.
        since_s: When the track was seen first; now, where it is an old one.
        first: The bottom middle of its box at that time.
    """

    track_id: int
    class_id: int
    label: str
    x: float
    y: float
    size: float
    height: float
    row: int
    points: Mapping[str, Point]
    since_s: float
    first: Point

    def without_past(self, time_s: float) -> Sight:
        """Return the same sight of a track that begins now."""
        feet = self.points.get("bottom", (self.x, self.y))
        return replace(self, since_s=time_s, first=feet)


@dataclass(frozen=True)
class Change:
    """A change of side, which is reported as soon as the identity is beyond doubt.

    Attributes:
        region: Position of the region.
        direction: 1 for in, -1 for out.
        time_s: When it happened.
        label: The class of who changed.
    """

    region: int
    direction: int
    time_s: float
    label: str


@dataclass
class Visitor:
    """Somebody or something, whatever tracks it has had.

    Attributes:
        origin_id: Its first track.
        track_id: Its track now.
        class_id: Its class.
        label: The text of its class.
        motion: Its place and speed.
        sides: One per region.
        points: Part of the box -> its last place in pixels, and when it was there.
        changes: What is not reported yet.
    """

    origin_id: int
    track_id: int
    class_id: int
    label: str
    motion: Motion
    sides: list[Side]
    points: dict[str, tuple[Point, float]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, sight: Sight, regions: int, time_s: float) -> Visitor:
        """Return a new visitor, at the place where its track was seen first.

        Args:
            sight: Its track.
            regions: How many regions there are.
            time_s: The time of the frame.
        """
        began_s = sight.since_s
        motion = Motion(*first_place(sight), sight.size, sight.height, began_s)
        sides = [Side(since_s=began_s) for _ in range(regions)]
        visitor = cls(
            sight.track_id, sight.track_id, sight.class_id, sight.label, motion, sides
        )
        if began_s < time_s and "bottom" in sight.points:
            visitor.points["bottom"] = (sight.first, began_s)
        return visitor

    @property
    def seen_s(self) -> float:
        """Return when it was seen last."""
        return self.motion.time_s

    def fork(self) -> Visitor:
        """Return the same visitor as it would be if it had other tracks from now on."""
        return Visitor(
            self.origin_id,
            self.track_id,
            self.class_id,
            self.label,
            self.motion.copy(),
            [side.copy() for side in self.sides],
            dict(self.points),
        )

    def become(self, other: Visitor) -> None:
        """Take the place, speed and sides of another; tracks and origin stay."""
        self.motion, self.sides = other.motion, other.sides
        self.points, self.changes = other.points, other.changes

    def move(self, sight: Sight, time_s: float) -> None:
        """Go to where a track is seen."""
        self.track_id = sight.track_id
        self.class_id, self.label = sight.class_id, sight.label
        self.motion.move(sight.x, sight.y, sight.size, sight.height, time_s)


def first_place(sight: Sight) -> Point:
    """Return about where the middle of a track's first box was, in pixels."""
    bottom = sight.points.get("bottom")
    if bottom is None:
        return sight.x, sight.y
    return (
        sight.first[0] + sight.x - bottom[0],
        sight.first[1] + sight.y - bottom[1],
    )
