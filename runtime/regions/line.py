"""A line of the frame that things cross, one way or the other."""

from __future__ import annotations

from dataclasses import dataclass

from .points import (
    Point,
    checked_labels,
    checked_name,
    checked_part,
    checked_points,
    checked_share,
    refuse_crossing,
)
from .zone import MARGIN


@dataclass(frozen=True)
class Line:
    """A line of one or several straight pieces, in fractions of the frame.

    Whoever stands on the first point and looks along the line sees one side on the left
    and one on the right. Crossing it from left to right is ``in``, from right to left
    ``out``. So a line that is drawn from left to right across the frame is crossed
    ``in`` by what comes down, towards the camera. To exchange both, reverse the points.

    Attributes:
        name: What rules and records call it.
        points: At least two, in order; the pieces must not cross each other.
        labels: Classes that count; empty means all.
        part: Which part of a box must cross: ``bottom`` (the middle of its lower edge,
            where people and cars touch the ground), ``center`` or the label of a
            keypoint.
        margin: How far from the line something must come to be clearly across, as a
            share of its box's size; who stands on the line and trembles does not cross.
    """

    name: str
    points: tuple[Point, ...]
    labels: tuple[str, ...] = ()
    part: str = "bottom"
    margin: float = MARGIN

    def __post_init__(self) -> None:
        owner = f"the line {checked_name('line', self.name)!r}"
        points = checked_points(owner, self.points, least=2)
        refuse_crossing(
            owner,
            points,
            is_closed=False,
            cure="Draw it without a loop, or make a zone of it.",
        )
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "labels", checked_labels(owner, self.labels))
        if checked_part(owner, self.part) == "touch":
            raise ValueError(
                f"part of {owner} cannot be 'touch': a box that touches a line is on "
                "both sides of it. Choose 'bottom', 'center' or a keypoint, or make a "
                "zone."
            )
        checked_share(owner, "margin", self.margin)
