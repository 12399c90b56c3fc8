"""What rules look at: the objects, regions and numbers of one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ..regions import RegionCrossing
from .stream_clock import StreamClock

Box = tuple[float, float, float, float]


class Thing:
    """One object of a frame.

    Attributes:
        key: What names it over time, also after its track was switched; -1 where
            objects are not tracked.
        track_id: Its track at this moment, or -1.
        label: Its class.
        score: 0..1.
        since_s: When it was seen first, on the stream's clock.
        place: Its position in the arrays of the frame's tracks or result.
        is_seen: Whether it is among this frame's detections; a track lives on for a
            while without.
        seen_s: When it was seen last, on the stream's clock.
    """

    __slots__ = (
        *("is_seen", "key", "label", "place"),
        *("score", "seen_s", "since_s", "track_id"),
    )

    def __init__(
        self,
        key: int,
        track_id: int,
        label: str,
        score: float,
        since_s: float,
        place: int = 0,
        *,
        is_seen: bool = True,
        seen_s: float = 0.0,
    ) -> None:
        self.key = key
        self.track_id = track_id
        self.label = label
        self.score = score
        self.since_s = since_s
        self.place = place
        self.is_seen = is_seen
        self.seen_s = seen_s


@dataclass(slots=True)
class Moment:
    """One frame, as rules see it.

    Attributes:
        clock: The stream's clock, advanced to this frame.
        wall_s: When, in seconds since 1970 (UTC).
        local: The local date and time of day.
        things: Every object.
        inside: Zone -> key of each object in it -> when it entered.
        inside_labels: Zone -> the labels of the objects in it.
        crossings: What crossed with this frame.
        keys: track_id -> key, where these differ.
        class_scores: Label -> score, of a model that names the whole picture; of one
            that names pixels, their share.
        seen_labels: Labels that are true of the whole picture, or of some pixels.
        values: Name -> number, of a model that reads numbers.
        camera_states: States that the camera watch reports at this moment.
        boxes: Boxes by the place of an object; None where there are none.
    """

    clock: StreamClock
    wall_s: float = 0.0
    local: datetime = datetime.min
    things: Sequence[Thing] = ()
    inside: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    inside_labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    crossings: Sequence[RegionCrossing] = ()
    keys: Mapping[int, int] = field(default_factory=dict)
    class_scores: Mapping[str, float] = field(default_factory=dict)
    seen_labels: frozenset[str] = frozenset()
    values: Mapping[str, float] = field(default_factory=dict)
    camera_states: frozenset[str] = frozenset()
    boxes: npt.NDArray[np.float32] | None = None

    def of_seen(self) -> Moment:
        """Return the same moment without what only lives on in its track."""
        if all(thing.is_seen for thing in self.things):
            return self
        things = [thing for thing in self.things if thing.is_seen]
        labels = {thing.key: thing.label for thing in things}
        inside = {
            zone: {key: since for key, since in stays.items() if key in labels}
            for zone, stays in self.inside.items()
        }
        inside_labels = {
            zone: [labels[key] for key in stays] for zone, stays in inside.items()
        }
        return replace(self, things=things, inside=inside, inside_labels=inside_labels)

    def box(self, thing: Thing) -> Box | None:
        """Return x1, y1, x2, y2 of an object, in pixels of the frame."""
        if self.boxes is None:
            return None
        left, top, right, bottom = self.boxes[thing.place].tolist()
        return left, top, right, bottom
