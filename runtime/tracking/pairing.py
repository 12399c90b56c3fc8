"""Which object each detection of a frame shows: several rounds, the surest first."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .assignment import Positions, assign
from .likeness import Floats, unlikeness
from .population import Records

Chosen = npt.NDArray[np.bool_]

_HIGH: Final = 0.2
"""Detections of a higher rank choose first."""
_LIMIT_HIGH: Final = 0.85
_LIMIT_LOW: Final = 0.55
_LIMIT_LAST: Final = 0.5
_BUFFER: Final = 0.1
_BUFFER_DEVIATIONS: Final = 2.0
"""Boxes grow on each side by a share of their size: a tenth, and twice the deviation of
the predicted center (in heights), which grows with the time unseen."""
_MOST_BUFFER: Final = 1.0


def pair(
    objects: Records, boxes: Floats, ranks: Floats, class_ids: Positions
) -> Positions:
    """Return the position of the object that each detection shows, -1: none.

    Good detections choose first, among confirmed objects before the others; then the
    poor ones. What is left is compared with where objects were seen last, for those
    that stopped or turned; and at the end with objects of other classes, for detectors
    that call one thing a car and a truck by turns.

    Args:
        objects: As of :func:`edgevision.runtime.tracking.population.newborn`, predicted
            to the time of the frame.
        boxes: float64 (N, 4), center x, center y, width, height of the detections.
        ranks: float64 (N,), 0..1, of their scores.
        class_ids: int64 (N,).
    """
    if not len(objects) or not len(boxes):
        return np.full(len(boxes), -1, np.int64)
    deviation = np.sqrt(objects["covariance"][:, 0, 0]) / objects["box"][:, 3]
    buffer = np.minimum(_BUFFER + _BUFFER_DEVIATIONS * deviation, _MOST_BUFFER)
    growth = (1.0 + 2.0 * buffer)[:, None]
    other_class = objects["class_id"][:, None] != class_ids
    cost = unlikeness(objects["box"], boxes, growth)
    cost[other_class] = np.inf
    confirmed, high = objects["id"] > 0, ranks >= _HIGH
    rounds = _Rounds(len(objects), len(boxes))
    rounds.settle(cost, _LIMIT_HIGH, confirmed, high)
    rounds.settle(cost, _LIMIT_HIGH, None, high)
    rounds.settle(cost, _LIMIT_LOW)
    if rounds.are_open:
        last = unlikeness(objects["last"], boxes, growth)
        last[other_class] = np.inf
        rounds.settle(last, _LIMIT_LAST)
    if rounds.are_open and other_class.any():
        rounds.settle(unlikeness(objects["box"], boxes, 1.0), _LIMIT_LAST)
    return rounds.owner


class _Rounds:
    """The pairs so far.

    Attributes:
        owner: int64 (N,), the object of each detection; -1: none yet.
        free: bool (M,), which objects have no detection yet.
    """

    def __init__(self, objects: int, detections: int) -> None:
        self.owner = np.full(detections, -1, np.int64)
        self.free = np.ones(objects, bool)

    @property
    def are_open(self) -> bool:
        """Return whether there is something left to pair on both sides."""
        return bool(self.free.any() and (self.owner < 0).any())

    def settle(
        self,
        cost: Floats,
        limit: float,
        objects: Chosen | None = None,
        detections: Chosen | None = None,
    ) -> None:
        """Pair what is left, by a table of all costs.

        Args:
            cost: float64 (M, N).
            limit: What a pair must cost less than.
            objects: bool (M,), which may be paired; None means all.
            detections: bool (N,), as well.
        """
        left = self.owner < 0
        rows = np.flatnonzero(self.free if objects is None else self.free & objects)
        columns = np.flatnonzero(left if detections is None else left & detections)
        if not len(rows) or not len(columns):
            return
        first, second = assign(cost[np.ix_(rows, columns)], limit)
        self.owner[columns[second]] = rows[first]
        self.free[rows[first]] = False
