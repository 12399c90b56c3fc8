"""The true objects of a picture, with those that do not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from ..geometry import Boxes
from ..results import ClassIds

ANY_CLASS: Final = -1
"""The class of an ignored object whose class is not known."""


@dataclass(frozen=True)
class Truth:
    """The true objects of one picture.

    A detection of an ignored object is neither right nor wrong, and a missing one is no
    miss.

    Attributes:
        boxes: float32 (N, 4), xyxy, in pixels.
        class_ids: int64 (N,).
        ignored: float32 (M, 4): crowds, and objects that are too difficult to count.
        ignored_ids: int64 (M,); ANY_CLASS where the class is not known.
        crowds: bool (M,): several objects in one box. It exempts any number of
            detections, each by the share of the detection that lies inside.
    """

    boxes: Boxes
    class_ids: ClassIds
    ignored: Boxes = field(default_factory=lambda: np.empty((0, 4), np.float32))
    ignored_ids: ClassIds = field(default_factory=lambda: np.empty(0, np.int64))
    crowds: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    def __post_init__(self) -> None:
        count, others = len(self.class_ids), len(self.ignored_ids)
        if self.boxes.shape != (count, 4):
            raise ValueError(
                f"boxes must have shape ({count}, 4), got {self.boxes.shape}."
            )
        if self.ignored.shape != (others, 4) or self.crowds.shape != (others,):
            raise ValueError(
                f"ignored must have shape ({others}, 4) and crowds ({others},), got "
                f"{self.ignored.shape} and {self.crowds.shape}."
            )

    def ignored_of(self, class_id: int) -> tuple[Boxes, npt.NDArray[np.bool_]]:
        """Return the ignored boxes that detections of a class may match, and crowds."""
        own = (self.ignored_ids == class_id) | (self.ignored_ids == ANY_CLASS)
        return self.ignored[own], self.crowds[own]
