"""Regions in a frame of one size: how deep or how far something is, in margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from .edges import Edges, Floats
from .line import Line
from .outline import Outline
from .points import Point
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
        edges: Its edges.
        most: The largest margin, in pixels.
    """

    def __init__(self, region: Zone | Line, size: tuple[int, int]) -> None:
        self.region = region
        self.is_line = isinstance(region, Line)
        self._outline = Outline(region.points, size, is_closed=not self.is_line)
        self.edges = self._outline.edges
        corners = self._outline.corners
        low, high = corners.min(axis=0) - 1.0, corners.max(axis=0) + 1.0
        self._bounds = (*low.tolist(), *high.tolist())
        self.most = max(_OF_DEPTH * self._outline.depth, _LEAST)

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
        self, starts: Sequence[Point], ends: Sequence[Point]
    ) -> tuple[list[int], list[float]]:
        """Return how often paths cross the line from left to right, less the reverse.

        Args:
            starts: N points, in pixels.
            ends: N points.

        Returns:
            N whole numbers, and the share of each path at its last crossing.
        """
        left, top, right, bottom = self._bounds
        signs, shares = [0] * len(starts), [1.0] * len(starts)
        # Most paths are far from the line; a pixel is more than any error of rounding.
        near = [
            row
            for row, (a, b) in enumerate(zip(starts, ends, strict=True))
            if (a[0] >= left or b[0] >= left)
            and (a[0] <= right or b[0] <= right)
            and (a[1] >= top or b[1] >= top)
            and (a[1] <= bottom or b[1] <= bottom)
        ]
        if near:
            values = self._outline.crossings(
                np.array([starts[row] for row in near], np.float64),
                np.array([ends[row] for row in near], np.float64),
            )
            for row, sign, share in zip(
                near, *(x.tolist() for x in values), strict=True
            ):
                signs[row], shares[row] = int(sign), share
        return signs, shares


class Places:
    """Those of several regions whose part is one point of a box, measured together.

    Args:
        numbers: Which regions they are: for who calls.
        places: As many regions of one part, at least one.
    """

    def __init__(self, numbers: Sequence[int], places: Sequence[Place]) -> None:
        self.numbers = tuple(numbers)
        self.part = places[0].region.part
        self._edges = Edges.joined([place.edges for place in places])
        self._margins = np.array([place.region.margin for place in places])
        self._most = np.array([place.most for place in places])
        self._is_line = np.array([place.is_line for place in places])

    @classmethod
    def by_part(cls, places: Sequence[Place]) -> list[Places]:
        """Return all regions but those for ``touch``, those of one part together."""
        parts: dict[str, list[int]] = {}
        for number, place in enumerate(places):
            if place.region.part != "touch":
                parts.setdefault(place.region.part, []).append(number)
        return [
            cls(numbers, [places[number] for number in numbers])
            for numbers in parts.values()
        ]

    def depths(
        self, points: Sequence[Mapping[str, Point]], boxes: Floats
    ) -> list[list[float | None]]:
        """Return how deep points are in each zone, in margins; negative outside.

        For a line: how far they are from it.

        Args:
            points: Part -> place in pixels, of N things.
            boxes: float64 (N, 4), the boxes that they are parts of.

        Returns:
            For each region N depths; None where a thing has no such part.
        """
        rows = [row for row, places in enumerate(points) if self.part in places]
        if not rows:
            return [[None] * len(points) for _ in self._margins]
        values = self._values(
            np.array([points[row][self.part] for row in rows], np.float64),
            boxes if len(rows) == len(points) else boxes[rows],
        )
        if len(rows) == len(points):
            return values
        depths: list[list[float | None]] = [[None] * len(points) for _ in values]
        for depth, column in zip(depths, values, strict=True):
            for row, value in zip(rows, column, strict=True):
                depth[row] = value
        return depths

    def _values(self, points: Floats, boxes: Floats) -> list[list[float | None]]:
        distances, normals = self._edges.nearest(points)
        normals = np.abs(normals)
        sides = boxes[:, 2:] - boxes[:, :2]
        margins = normals[0] * sides[:, :1] + normals[1] * sides[:, 1:]
        margins *= self._margins
        margins = np.minimum(np.maximum(margins, _LEAST), self._most)
        values = distances / margins
        is_beyond = self._edges.inside(points) | self._is_line
        result: list[list[float | None]]
        result = np.where(is_beyond, values, -values).T.tolist()
        return result
