"""A zone or a line in the picture of one camera."""

from __future__ import annotations

from dataclasses import dataclass

from ...runtime.regions import MARGIN, SETTLE_S, Line, Zone
from ...runtime.tables import Seconds, Share

Corner = tuple[float, float]


@dataclass(frozen=True)
class RegionDescription:
    """A zone or a line, in shares of the picture: 0, 0 is top left, 1, 1 bottom right.

    Attributes:
        zone: Corners of a zone in order, three or more: ``[[0.1, 0.5], [0.9, 0.5],
            [0.9, 1.0]]``.
        line: Points of a line, two or more. Who stands on the first point, looks along
            the line and sees something cross from left to right, sees it go ``in``.
        labels: Only these classes count; without it all.
        part: Which part of a box counts: ``bottom`` (the middle of its lower edge),
            ``center``, ``touch`` (for a zone: a share of its area), or the label of a
            keypoint.
        share: For ``touch``: the share of the box that must be in the zone.
        settle: For a zone: who is in it, or out of it, for so long counts.
        margin: So close to an edge, as a share of the box's size, nothing is clearly in
            or out.
    """

    zone: tuple[Corner, ...] | None = None
    line: tuple[Corner, ...] | None = None
    labels: tuple[str, ...] = ()
    part: str = "bottom"
    share: Share = 0.1
    settle: Seconds = SETTLE_S
    margin: Share = MARGIN

    def __post_init__(self) -> None:
        if (self.zone is None) == (self.line is None):
            words = "neither" if self.zone is None else "both"
            raise ValueError(
                f"has {words} of zone and line. Write zone = [[x, y], ...] or "
                "line = [[x, y], [x, y]]."
            )

    def region(self, name: str) -> Zone | Line:
        """Return the zone or the line.

        Args:
            name: What rules and records call it.

        Raises:
            ValueError: Its points, its part or its name cannot be used.
        """
        if self.line is not None:
            return Line(name, self.line, self.labels, self.part, self.margin)
        return Zone(
            name,
            self.zone or (),
            self.labels,
            self.part,
            self.share,
            self.settle,
            self.margin,
        )
