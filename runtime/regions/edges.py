"""The edges of several outlines, measured together: each call of NumPy costs time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Edges:
    """Edges from points to points, those of one outline after those of another.

    Args:
        starts: float64 (E, 2), in pixels.
        ends: float64 (E, 2).
        counts: How many edges each outline has, one or more; their sum is E.
    """

    def __init__(self, starts: Floats, ends: Floats, counts: Sequence[int]) -> None:
        self.starts, self.ends, self.counts = starts, ends, tuple(counts)
        self.steps = ends - starts
        self._firsts = np.cumsum([0, *self.counts[:-1]])
        self._parts = [
            slice(int(first), int(first) + count)
            for first, count in zip(self._firsts, self.counts, strict=True)
        ]
        lengths = self.steps[:, 0] ** 2 + self.steps[:, 1] ** 2
        self._lengths = np.maximum(lengths, 1e-12)

    @classmethod
    def joined(cls, several: Sequence[Edges]) -> Edges:
        """Return all outlines of several as one.

        Args:
            several: At least one.
        """
        return cls(
            np.concatenate([edges.starts for edges in several]),
            np.concatenate([edges.ends for edges in several]),
            [count for edges in several for count in edges.counts],
        )

    def nearest(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the distance of each point to each outline, and the way from it.

        Args:
            points: float64 (N, 2), in pixels.

        Returns:
            For R outlines float64 (N, R) pixels, and float64 (2, N, R): x and y of the
            direction away from the edge, of length 1; 0, 0 on an edge.
        """
        to_x, to_y = self._from_starts(points)
        step_x, step_y = self.steps[:, 0], self.steps[:, 1]
        along = (to_x * step_x + to_y * step_y) / self._lengths
        along = np.minimum(np.maximum(along, 0.0), 1.0)
        away = np.stack([to_x - along * step_x, to_y - along * step_y])
        squares = away[0] ** 2 + away[1] ** 2
        closest = np.stack(
            [squares[:, part].argmin(axis=1) + part.start for part in self._parts],
            axis=1,
        )
        rows = np.arange(len(points))[:, None]
        distances = np.sqrt(squares[rows, closest])
        return distances, away[:, rows, closest] / np.maximum(distances, 1e-12)

    def inside(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Return which points are in which outline, by the rule of even and odd.

        Args:
            points: float64 (N, 2), in pixels.

        Returns:
            bool (N, R); of no meaning for an outline that is not closed.
        """
        to_x, to_y = self._from_starts(points)
        y = points[:, 1:]
        above = self.starts[:, 1] > y
        spans = above != (self.ends[:, 1] > y)
        # Right of the edge as it runs downwards means that the ray to the right meets.
        side = self.steps[:, 0] * to_y - self.steps[:, 1] * to_x
        meets = spans & ((side > 0) == above)
        return np.asarray(np.logical_xor.reduceat(meets, self._firsts, axis=1))

    def right_of(self, points: Floats) -> Floats:
        """Return a value (N, E), positive where a point is on the right of an edge."""
        to_x, to_y = self._from_starts(points)
        return np.asarray(self.steps[:, 0] * to_y - self.steps[:, 1] * to_x)

    def _from_starts(self, points: Floats) -> tuple[Floats, Floats]:
        x, y = points[:, :1], points[:, 1:]
        return x - self.starts[:, 0], y - self.starts[:, 1]
