"""What every pixel of a frame shows: a map of classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .classifications import ClassIds
from .drawable import Drawable

Mask = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Region:
    """All pixels of a frame that show one class.

    Attributes:
        class_id: Value of the class in the mask.
        label: The class's text; its number where the model has no labels.
        area: Share of the frame's pixels, 0..1.
    """

    class_id: int
    label: str
    area: float


@dataclass(frozen=True)
class Segmentation(Drawable):
    """The class of every pixel of one frame, and the classes that occur.

    Attributes:
        mask: uint8 (uint16 beyond 256 classes) (H, W), in the frame's own size; the
            class_id of each pixel.
        class_ids: int64 (N,), the classes that occur, largest area first.
        areas: float32 (N,), shares of the frame's pixels; they add up to 1 unless some
            classes were chosen.
        labels: N texts.
    """

    mask: Mask
    class_ids: ClassIds
    areas: npt.NDArray[np.float32]
    labels: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        count = len(self.class_ids)
        if self.mask.ndim != 2 or self.mask.dtype.kind != "u":
            raise ValueError(
                "mask must be unsigned integers of shape (H, W), got "
                f"{self.mask.dtype} {self.mask.shape}."
            )
        if self.class_ids.shape != (count,) or self.areas.shape != (count,):
            raise ValueError(
                "class_ids and areas must have shape (N,), got "
                f"{self.class_ids.shape} and {self.areas.shape}."
            )
        if len(self.labels) != count:
            raise ValueError(f"labels must have {count} texts, got {len(self.labels)}.")

    def __len__(self) -> int:
        return len(self.class_ids)

    def __iter__(self) -> Iterator[Region]:
        for class_id, label, area in zip(
            self.class_ids.tolist(), self.labels, self.areas.tolist(), strict=True
        ):
            yield Region(class_id, label, area)

    @overload
    def __getitem__(self, item: int) -> Region: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Segmentation: ...

    def __getitem__(
        self, item: int | slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Region | Segmentation:
        """Return one class by position, or some of them with the same mask."""
        if isinstance(item, (int, np.integer)):
            return Region(
                int(self.class_ids[item]), self.labels[item], float(self.areas[item])
            )
        positions = np.arange(len(self))[item]
        return Segmentation(
            self.mask,
            self.class_ids[positions],
            self.areas[positions],
            tuple(self.labels[i] for i in positions),
        )

    def pixels(self, class_id: int) -> npt.NDArray[np.bool_]:
        """Return where the frame shows a class, bool (H, W)."""
        return np.asarray(self.mask == class_id)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"regions": [{"class_id", "label", "area"} ...]}``.

        The mask itself stays out: it is as large as the frame.
        """
        return {
            "regions": [
                {
                    "class_id": item.class_id,
                    "label": item.label,
                    "area": round(item.area, 6),
                }
                for item in self
            ]
        }
