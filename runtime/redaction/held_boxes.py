"""Boxes that stay covered for a moment when a model misses a thing."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import RedactionError

HOLD_S: Final = 1.0
_SAME: Final = 0.3  # IoU of two boxes that are taken for one thing
_GROWTH: Final = 0.5
"""Share of its longer side by which a box grows on each side per second: who walks past
in 3 m moves by about a face's width in a fifth of a second, but is then seen again."""
_MOST: Final = 1024  # boxes in memory

Boxes = npt.NDArray[np.float64]


class HeldBoxes:
    """Return boxes for some seconds after they were last seen.

    A box that overlaps one of the newer picture (IoU 0.3) is taken for the same thing,
    and each newer box replaces one older box at most: of two faces that cross, the one
    that is missed stays covered. What is held grows with its age. Boxes are kept as
    shares of the picture, so that its size may change.

    Args:
        seconds: For how long; 0 keeps none.
    """

    def __init__(self, seconds: float = HOLD_S) -> None:
        if not 0 <= seconds <= 3600:
            raise ValueError(f"hold must be 0..3600 seconds, got {seconds}.")
        self._seconds = seconds
        self._boxes: Boxes = np.zeros((0, 4))
        self._seen_s: npt.NDArray[np.float64] = np.zeros(0)
        self._last_s = float("-inf")
        self._source = ""

    def update(
        self, boxes: Boxes, size: tuple[int, int], time_s: float, source: str = ""
    ) -> Boxes:
        """Return the boxes of a picture, and those that are held.

        Args:
            boxes: float64 (N, 4) xyxy, finite, in pixels of the picture.
            size: Width and height of the picture.
            time_s: When it was taken, on its stream's clock.
            source: Name of its source; another one is another scene.

        Returns:
            float64 (N + M, 4) xyxy, in pixels of the picture.

        Raises:
            RedactionError: There are more than 1024 boxes to hold.
        """
        if not self._seconds:
            return boxes
        if source != self._source:
            self._boxes, self._seen_s = np.zeros((0, 4)), np.zeros(0)
        elif time_s < self._last_s:
            # The clock went back: a video that begins again, or a fault of the file.
            self._seen_s = np.full(len(self._seen_s), time_s)
        self._source, self._last_s = source, time_s
        scale = np.asarray([*size, *size], np.float64)
        shares = boxes / scale
        is_young = time_s - self._seen_s <= self._seconds
        older, seen_s = self._boxes[is_young], self._seen_s[is_young]
        is_missed = _unmatched(older, shares)
        older, seen_s = older[is_missed], seen_s[is_missed]
        self._boxes, self._seen_s = shares, np.full(len(shares), time_s)
        if not len(older):
            return boxes
        held = _grown(older * scale, (time_s - seen_s) * _GROWTH)
        self._boxes = np.concatenate([shares, older])[:_MOST]
        self._seen_s = np.concatenate([self._seen_s, seen_s])[:_MOST]
        if len(shares) + len(older) > _MOST:
            raise RedactionError(
                f"Cannot hold {len(shares) + len(older)} boxes for {self._seconds:g} "
                f"s: {_MOST} are the most. Pass a shorter hold, or a higher "
                "score_threshold."
            )
        return np.concatenate([boxes, held])


def _unmatched(older: Boxes, newer: Boxes) -> npt.NDArray[np.bool_]:
    """Return which older boxes no newer one replaces, the best pairs first."""
    is_missed = np.ones(len(older), np.bool_)
    # Plain numbers: most pictures have few boxes, and of many few overlap.
    pairs: list[tuple[float, int, int]] = []
    others = newer.astype(np.float32).tolist()
    for row, one in enumerate(older.astype(np.float32).tolist()):
        left, top, right, bottom = one
        for column, other in enumerate(others):
            width = min(right, other[2]) - max(left, other[0])
            height = min(bottom, other[3]) - max(top, other[1])
            if width <= 0 or height <= 0:
                continue
            common = width * height
            shared = common / (_area(one) + _area(other) - common)
            if shared >= _SAME:
                pairs.append((-shared, row, column))
    replacing: set[int] = set()
    for _, row, column in sorted(pairs):
        if is_missed[row] and column not in replacing:
            is_missed[row] = False
            replacing.add(column)
    return is_missed


def _area(box: list[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _grown(boxes: Boxes, shares: npt.NDArray[np.float64]) -> Boxes:
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0.0)
    more = (sides * shares)[:, None]
    return np.concatenate([boxes[:, :2] - more, boxes[:, 2:] + more], axis=1)
