"""The detections of one frame, as the parts of a tracker use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .likeness import Floats, centered, overlap

Positions = npt.NDArray[np.int64]

_SAME_PLACE: Final = 0.75


@dataclass(frozen=True)
class Observed:
    """The detections of one frame.

    Attributes:
        corners: float32 (N, 4), xyxy in pixels of the frame, as they came.
        boxes: float64 (N, 4), center x, center y, width, height.
        scores: float64 (N,), 0..1.
        class_ids: int64 (N,).
        worth: float64 (N,), at most 1: how surely each is an object; 0 and less where
            it may as well be none.
    """

    corners: npt.NDArray[np.float32]
    boxes: Floats
    scores: Floats
    class_ids: Positions
    worth: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def weighed(self, worth: Floats) -> Observed:
        """Return the same detections with what they are worth."""
        return Observed(self.corners, self.boxes, self.scores, self.class_ids, worth)

    def take(self, chosen: Positions) -> Observed:
        """Return some of the detections, by their positions."""
        return Observed(
            self.corners[chosen],
            self.boxes[chosen],
            self.scores[chosen],
            self.class_ids[chosen],
            self.worth[chosen],
        )


def observed(
    boxes: npt.ArrayLike, scores: npt.ArrayLike, class_ids: npt.ArrayLike
) -> tuple[Observed, npt.NDArray[np.bool_]]:
    """Return the detections whose numbers are finite, and which these are.

    Args:
        boxes: (N, 4) xyxy.
        scores: (N,).
        class_ids: (N,).

    Returns:
        The detections, whose worth is not known yet, and bool (N,).

    Raises:
        ValueError: The shapes do not agree.
    """
    corners = np.asarray(boxes, np.float32).reshape(-1, 4)
    values = np.asarray(scores, np.float64).reshape(-1)
    classes = np.asarray(class_ids, np.int64).reshape(-1)
    if not len(corners) == len(values) == len(classes):
        raise ValueError(
            "boxes, scores and class_ids must be as many, got "
            f"{len(corners)}, {len(values)} and {len(classes)}."
        )
    finite = np.isfinite(corners).all(axis=1) & np.isfinite(values)
    if not finite.all():
        corners, values, classes = corners[finite], values[finite], classes[finite]
    boxes_of_all = centered(corners)
    return Observed(
        corners, boxes_of_all, values, classes, np.zeros(len(values))
    ), finite


def twins(detections: Observed, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which detections are others' objects under the name of another class.

    Most detectors let a box of each class stand where they are not sure which it is.
    Of two such boxes the one of a known object is the object, else the better one.

    Args:
        detections: Of one frame, N.
        known: bool (N,), which show a known object.

    Returns:
        bool (N,).
    """
    classes = detections.class_ids
    differ = classes[:, None] != classes
    if not differ.any():
        return np.zeros(len(detections), bool)
    same_place = overlap(detections.boxes, detections.boxes) >= _SAME_PLACE
    order = np.lexsort((classes, -detections.scores, ~known))
    rank = np.empty(len(detections), np.int64)
    rank[order] = np.arange(len(order))
    better = rank[:, None] > rank
    return np.asarray((differ & same_place & better).any(axis=1) & ~known)
