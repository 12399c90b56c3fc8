"""What a user may say about two models in a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ....errors import unknown_name

MERGES: Final = ("product", "second", "both")
"""product: the second's label, the product of both scores. second: label and score of
the second. both: "first: second" as the label, the product of both scores."""


@dataclass(frozen=True)
class ThenOptions:
    """How regions are cut and what becomes of both answers.

    Attributes:
        margin: What is added to a region on each side, as a share of its sides, 0..1;
            None means what the second model was trained with, or 0.1 where that is not
            known.
        merge: A name from ``MERGES``.
        iou_threshold: A box goes when its IoU with a better one of its class is above
            it; None takes the first model's.
        rotation: ``START>END``, two keypoints of the first model: the region turns so
            that the direction between them is always seen alike; ``none``: it is not
            turned. None means what the second model was trained with.
        target: The direction that is seen then, in degrees: 0 to the right, 90 up.
        shift: ``X,Y``: how far the region is moved along its own axes, as shares of its
            sides. None means what the second model was trained with.
        follow: In a stream, the first model is left out while so many objects are
            followed by the second one's landmarks; 0: never. None means MediaPipe's
            number: 1 face, 2 hands, 1 person.
    """

    margin: float | None = None
    merge: str = "product"
    iou_threshold: float | None = None
    rotation: str | None = None
    target: float | None = None
    shift: str | None = None
    follow: int | None = None

    def __post_init__(self) -> None:
        if self.margin is not None and not 0 <= self.margin <= 1:
            raise ValueError(
                f"margin must be in 0..1 (a share of the box's sides), got "
                f"{self.margin}."
            )
        if self.merge not in MERGES:
            raise ValueError(unknown_name("merge", self.merge, MERGES))
        if self.iou_threshold is not None and not 0 <= self.iou_threshold <= 1:
            raise ValueError(
                f"iou_threshold must be in 0..1, got {self.iou_threshold}."
            )
        if self.rotation not in (None, "none") and len(self.keypoints) != 2:
            raise ValueError(
                "rotation must be none, or two keypoints such as 'right eye>left eye', "
                f"got {self.rotation!r}."
            )
        if self.target is not None and not -360 <= self.target <= 360:
            raise ValueError(f"target must be in -360..360 degrees, got {self.target}.")
        if self.follow is not None and self.follow < 0:
            raise ValueError(f"follow must be at least 0, got {self.follow}.")
        self.moved  # noqa: B018 - a shift that cannot be read is an error here

    @property
    def keypoints(self) -> tuple[str, ...]:
        """Return the names of the keypoints that ``rotation`` says."""
        parts = (self.rotation or "").split(">")
        return tuple(name for part in parts if (name := part.strip()))

    @property
    def moved(self) -> tuple[float, float] | None:
        """Return ``shift`` as two numbers.

        Raises:
            ValueError: It is no two numbers of a sensible size.
        """
        if self.shift is None:
            return None
        try:
            x, y = (float(part) for part in self.shift.split(","))
        except ValueError:
            x = y = math.nan
        if not (abs(x) <= 2 and abs(y) <= 2):
            raise ValueError(
                f"shift must be two numbers in -2..2 with a comma between, got "
                f"{self.shift!r}."
            )
        return x, y
