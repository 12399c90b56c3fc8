"""Edges in pixels: how far points are from them, inside, and which paths cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .edges import Edges, Floats
from .points import Point

_GRID: Final = 32  # rows and columns for the size of the largest circle inside


class Outline:
    """The edges of a zone or a line, in pixels of the frame.

    Args:
        points: Corners as fractions of the frame.
        size: Width and height of the frame.
        is_closed: Whether an edge joins the last point and the first.

    Attributes:
        corners: float64 (K, 2), in pixels.
        edges: What joins them.
        depth: Radius of about the largest circle inside; infinite where not closed.
    """

    def __init__(
        self, points: Sequence[Point], size: tuple[int, int], *, is_closed: bool
    ) -> None:
        self.corners: Floats = np.asarray(points, np.float64) * size
        if is_closed:
            starts, ends = self.corners, np.roll(self.corners, -1, axis=0)
        else:
            starts, ends = self.corners[:-1], self.corners[1:]
        self.edges = Edges(starts, ends, [len(starts)])
        self.depth = self._largest_circle() if is_closed else np.inf

    def nearest(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the distance of each point, and the direction away from the edge.

        Args:
            points: float64 (N, 2), in pixels.

        Returns:
            float64 (N,) pixels, and float64 (N, 2) of length 1; 0, 0 on an edge.
        """
        distances, normals = self.edges.nearest(points)
        return distances[:, 0], normals[:, :, 0].T

    def inside(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Return which points are inside, bool (N,), by the rule of even and odd."""
        return self.edges.inside(points)[:, 0]

    def crossings(self, starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
        """Return how often straight paths cross from left to right, less the reverse.

        A path that ends on an edge and one that goes on from there cross it once.

        Args:
            starts: float64 (N, 2), in pixels.
            ends: float64 (N, 2).

        Returns:
            float64 (N,) whole numbers, and float64 (N,) the share of the path at the
            last crossing, 1 where there is none.
        """
        sides = self.edges.right_of(np.concatenate([starts, ends]))
        before, after = sides[: len(starts)], sides[len(starts) :]
        changed = (before >= 0) != (after >= 0)
        # From the left end, so that the way back of a path passes the same corners.
        step = starts - ends
        is_back = ((step[:, 0] > 0) | ((step[:, 0] == 0) & (step[:, 1] > 0)))[:, None]
        base = np.where(is_back, ends, starts)[:, None]
        path = np.where(is_back, starts, ends)[:, None] - base
        first = _cross(path, self.edges.starts - base) >= 0
        second = _cross(path, self.edges.ends - base) >= 0
        meets = changed & (first != second)
        signs = np.where(after >= 0, 1.0, -1.0) * meets
        change = np.where(meets, before - after, 1.0)
        shares = np.where(meets, before / change, -1.0).max(axis=1)
        return signs.sum(axis=1), np.where(shares < 0, 1.0, shares)

    def share_of(self, box: Sequence[float]) -> float:
        """Return which share of a box's area is inside, 0..1.

        The polygon is cut by the four sides of the box (Sutherland and Hodgman 1974).

        Args:
            box: x1, y1, x2, y2 in pixels.
        """
        left, top, right, bottom = box
        area = (right - left) * (bottom - top)
        if area <= 0:
            return 0.0
        corners = [(float(x), float(y)) for x, y in self.corners]
        for axis, limit, sign in (
            (0, left, 1.0),
            (0, right, -1.0),
            (1, top, 1.0),
            (1, bottom, -1.0),
        ):
            corners = _cut(corners, axis, limit, sign)
            if not corners:
                return 0.0
        doubled = sum(
            a[0] * b[1] - b[0] * a[1]
            for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
        )
        return min(abs(doubled) / 2 / area, 1.0)

    def _largest_circle(self) -> float:
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        steps = (np.arange(_GRID) + 0.5) / _GRID
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        points = low + grid * (high - low)
        points = points[self.inside(points)]
        return float(self.nearest(points)[0].max()) if len(points) else 0.0


def _cross(first: Floats, second: Floats) -> Floats:
    return np.asarray(
        first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0], np.float64
    )


def _cut(corners: list[Point], axis: int, limit: float, sign: float) -> list[Point]:
    """Return a polygon's part on one side of an upright or level straight line."""
    kept: list[Point] = []
    last = corners[-1]
    last_in = sign * (last[axis] - limit)
    for corner in corners:
        here_in = sign * (corner[axis] - limit)
        if (here_in >= 0) != (last_in >= 0):
            share = last_in / (last_in - here_in)
            kept.append(
                (
                    last[0] + share * (corner[0] - last[0]),
                    last[1] + share * (corner[1] - last[1]),
                )
            )
        if here_in >= 0:
            kept.append(corner)
        last, last_in = corner, here_in
    return kept
