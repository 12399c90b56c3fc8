"""Which object each detection of a frame shows: several rounds, the surest first."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .assignment import Positions, assign
from .likeness import Floats, unlikeness
from .observed import Observed
from .population import Records

Chosen = npt.NDArray[np.bool_]

_GOOD: Final = -0.1
"""Detections that are worth more choose first."""
_LIMIT_GOOD: Final = 0.85
_LIMIT_POOR: Final = 0.55
_LIMIT_LAST: Final = 0.5
_BUFFER: Final = 0.1
_BUFFER_DEVIATIONS: Final = 2.0
"""Boxes grow on each side by a share of their size: a tenth, and twice the deviation of
the predicted center (in heights), which grows with the time unseen."""
_MOST_BUFFER: Final = 1.0
_TURN: Final = 0.1
"""What it costs to go back against the velocity."""
_SLOW: Final = 0.3
"""Heights per second, from which on a velocity has a direction."""
_SHORT: Final = 0.1
"""Heights, from which on a way has one."""
_UNSEEN: Final = 0.05
"""What each second that an object was not seen adds to the cost."""
_MOST_UNSEEN_S: Final = 2.0


def pair(objects: Records, observed: Observed, now: float) -> Positions:
    """Return the position of the object that each detection shows, -1: none.

    Good detections choose first, among confirmed objects before the others; then the
    poor ones. What is left is compared with where objects were seen last, for those
    that stopped or turned; and at the end with objects of other classes, for detectors
    that call one thing a car and a truck by turns.

    Args:
        objects: As of :func:`edgevision.runtime.tracking.population.newborn`, predicted
            to the time of the frame.
        observed: The detections, N.
        now: The time of the frame, in seconds.
    """
    if not len(objects) or not len(observed):
        return np.full(len(observed), -1, np.int64)
    deviation = np.sqrt(objects["covariance"][:, 0, 0]) / objects["box"][:, 3]
    buffer = np.minimum(_BUFFER + _BUFFER_DEVIATIONS * deviation, _MOST_BUFFER)
    growth = (1.0 + 2.0 * buffer)[:, None]
    other_class = objects["class_id"][:, None] != observed.class_ids
    cost = unlikeness(objects["box"], observed.boxes, growth)
    cost += _TURN * turn(objects, observed.boxes)
    cost += _UNSEEN * np.minimum(now - objects["seen_s"], _MOST_UNSEEN_S)[:, None]
    cost[other_class] = np.inf
    confirmed, good = objects["id"] > 0, observed.worth >= _GOOD
    rounds = _Rounds(len(objects), len(observed))
    rounds.settle(cost, _LIMIT_GOOD, confirmed, good)
    rounds.settle(cost, _LIMIT_GOOD, None, good)
    rounds.settle(cost, _LIMIT_POOR)
    if rounds.are_open:
        last = unlikeness(objects["last"], observed.boxes, growth)
        last[other_class] = np.inf
        rounds.settle(last, _LIMIT_LAST)
    if rounds.are_open and other_class.any():
        rounds.settle(unlikeness(objects["box"], observed.boxes, 1.0), _LIMIT_LAST)
    return rounds.owner


def turn(objects: Records, boxes: Floats) -> Floats:
    """Return how much each way from the last detection differs from the velocity.

    float64 (M, N), 0..1: half of one minus the cosine of the angle between them, less
    where an object is slow or the way is short, because neither has a direction then.

    Args:
        objects: As of :func:`edgevision.runtime.tracking.population.newborn`.
        boxes: float64 (N, 4), center x, center y, width, height.
    """
    height = objects["box"][:, 3, None]
    way_x = boxes[:, 0] - objects["last"][:, 0, None]
    way_y = boxes[:, 1] - objects["last"][:, 1, None]
    speed_x, speed_y = objects["velocity"][:, 0, None], objects["velocity"][:, 1, None]
    length = np.sqrt(way_x * way_x + way_y * way_y) + 1e-9
    speed = np.sqrt(speed_x * speed_x + speed_y * speed_y) + 1e-9
    cosine = (way_x * speed_x + way_y * speed_y) / (length * speed)
    weight = np.minimum(speed / (_SLOW * height), 1.0)
    return np.asarray(
        (0.5 - 0.5 * cosine) * weight * np.minimum(length / (_SHORT * height), 1.0)
    )


class _Rounds:
    """The pairs so far.

    Attributes:
        owner: int64 (N,), the object of each detection; -1: none yet.
        free: bool (M,), which objects have no detection yet.
    """

    def __init__(self, objects: int, detections: int) -> None:
        self.owner = np.full(detections, -1, np.int64)
        self.free = np.ones(objects, bool)
        self._left = min(objects, detections)

    @property
    def are_open(self) -> bool:
        """Return whether there is something left to pair on both sides."""
        return self._left > 0

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
        if not self._left:
            return
        left = self.owner < 0
        rows = (self.free if objects is None else self.free & objects).nonzero()[0]
        columns = (left if detections is None else left & detections).nonzero()[0]
        if not len(rows) or not len(columns):
            return
        if (len(rows), len(columns)) != cost.shape:
            cost = cost[rows[:, None], columns]
        first, second = assign(cost, limit)
        self.owner[columns[second]] = rows[first]
        self.free[rows[first]] = False
        self._left -= len(first)
