"""A region in a frame of one size: how deep or how far something is, in margins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from .line import Line
from .outline import Floats, Outline
from .zone import Zone

_LEAST: Final = 0.5  # pixels of a margin
_OF_DEPTH: Final = 0.3  # of the largest circle inside, which a margin must not fill
_CLEAR: Final = 3.0
_LEAST_SHARE: Final = 0.01


class Place:
    """A zone or line in pixels.

    Args:
        region: In fractions of the frame.
        size: Width and height of the frame.

    Attributes:
        region: As above.
        is_line: Whether it is a line.
    """

    def __init__(self, region: Zone | Line, size: tuple[int, int]) -> None:
        self.region = region
        self.is_line = isinstance(region, Line)
        self._outline = Outline(region.points, size, is_closed=not self.is_line)
        self._most = max(_OF_DEPTH * self._outline.depth, _LEAST)

    def depths(self, points: Floats, boxes: Floats) -> list[float]:
        """Return how deep points are in the zone, in margins; negative outside.

        For a line: how far they are from it.

        Args:
            points: float64 (N, 2), in pixels.
            boxes: float64 (N, 4), the boxes that they are parts of.
        """
        distances, normals = self._outline.nearest(points)
        sides = np.abs(normals) * (boxes[:, 2:] - boxes[:, :2])
        margins = (self.region.margin * sides.sum(axis=1)).clip(_LEAST, self._most)
        values = distances / margins
        if not self.is_line:
            values = np.where(self._outline.inside(points), values, -values)
        return [float(value) for value in values]

    def depths_of_boxes(self, boxes: Floats) -> list[float]:
        """Return how far the share of each box in the zone is from the wanted one.

        Args:
            boxes: float64 (N, 4), in pixels.

        Returns:
            In margins; negative where less than wanted is in the zone.
        """
        if isinstance(self.region, Line):
            raise TypeError("a line has no area.")
        wanted = max(self.region.share, _LEAST_SHARE)
        margin = max(min(self.region.margin, wanted / 2, (1 - wanted) / 2), 1e-3)
        low, high = self._outline.corners.min(axis=0), self._outline.corners.max(axis=0)
        near = ((boxes[:, :2] < high) & (boxes[:, 2:] > low)).all(axis=1)
        values = []
        for is_near, box in zip(near.tolist(), boxes.tolist(), strict=True):
            share = self._outline.share_of(box) if is_near else 0.0
            if share <= 0 or share >= 1:
                values.append(-_CLEAR if share <= 0 else _CLEAR)
            else:
                values.append((share - wanted) / margin)
        return values

    def crossings(
        self, starts: Sequence[Sequence[float]], ends: Floats
    ) -> tuple[list[int], list[float]]:
        """Return how often paths cross the line from left to right, less the reverse.

        Args:
            starts: N points, in pixels.
            ends: float64 (N, 2).

        Returns:
            N whole numbers, and the share of each path at its last crossing.
        """
        signs, shares = self._outline.crossings(np.asarray(starts, np.float64), ends)
        return signs.astype(int).tolist(), shares.tolist()
