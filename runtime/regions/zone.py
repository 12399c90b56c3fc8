"""An area of the frame that things are in, enter and leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .points import (
    Point,
    checked_labels,
    checked_name,
    checked_part,
    checked_points,
    checked_seconds,
    checked_share,
    refuse_crossing,
)

SETTLE_S: Final = 0.5
"""Seconds that something must be in a zone, or out of it, before that counts."""

MARGIN: Final = 0.1
"""How far from an edge is clearly on one side of it, as a share of the box's size. The
edges of a detector's box tremble by some percent of its size."""


@dataclass(frozen=True)
class Zone:
    """A polygon in fractions of the frame.

    Attributes:
        name: What rules and records call it.
        points: Corners in order, at least three; the last is joined to the first. The
            polygon may be concave, but must not cross itself.
        labels: Classes that count; empty means all.
        part: Which part of a box must be in the zone: ``bottom`` (the middle of its
            lower edge, where people and cars touch the ground), ``center``, ``touch``
            (a share of the box's area) or the label of a keypoint.
        share: The share of the box's area that must be in the zone for ``touch``.
        settle_s: Seconds that something must be in the zone, or out of it, before that
            counts; the times of entering and leaving are those at which this began.
        margin: Within this distance of an edge, as a share of the box's size, nothing
            is clearly in or out, so that a trembling box does not enter and leave.
    """

    name: str
    points: tuple[Point, ...]
    labels: tuple[str, ...] = ()
    part: str = "bottom"
    share: float = 0.1
    settle_s: float = SETTLE_S
    margin: float = MARGIN

    def __post_init__(self) -> None:
        owner = f"the zone {checked_name('zone', self.name)!r}"
        points = checked_points(owner, self.points, least=3)
        if points[0] == points[-1]:
            points = checked_points(owner, points[:-1], least=3)
        refuse_crossing(
            owner,
            points,
            is_closed=True,
            cure="Order the points as one walks around the zone, or make two zones.",
        )
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "labels", checked_labels(owner, self.labels))
        checked_part(owner, self.part)
        checked_share(owner, "share", self.share)
        checked_share(owner, "margin", self.margin)
        checked_seconds(owner, "settle_s", self.settle_s)
