"""Pictures that a model made from random numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ..frame import Image

Latents = npt.NDArray[np.float32]
Images = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Generation:
    """Pictures that a model made.

    Attributes:
        images: uint8 (N, H, W, 3), BGR as frames are; gray ones have equal channels.
        latents: float32 (N, L), what each was made of; None where it is not known.
        invoke_ms: float64 (N,), how long each took to compute; None likewise.
    """

    images: Images
    latents: Latents | None = None
    invoke_ms: npt.NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.shape[3] != 3:
            raise ValueError(
                f"images must have shape (N, H, W, 3), got {self.images.shape}."
            )
        if self.images.dtype != np.uint8:
            raise ValueError(f"images must be uint8, got {self.images.dtype}.")
        count = len(self.images)
        if self.latents is not None and len(self.latents) != count:
            raise ValueError(
                f"latents must have {count} rows, got {self.latents.shape}."
            )

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[Image]:
        return iter(self.images)

    @overload
    def __getitem__(self, item: int) -> Image: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | list[int]
    ) -> Generation: ...

    def __getitem__(
        self, item: int | slice | npt.NDArray[np.bool_] | list[int]
    ) -> Image | Generation:
        """Return one picture by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            return np.asarray(self.images[item], np.uint8)
        positions = np.arange(len(self))[item]
        return Generation(
            self.images[positions],
            None if self.latents is None else self.latents[positions],
            None if self.invoke_ms is None else self.invoke_ms[positions],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"images": {"count", "width", "height"}}``; pixels stay out."""
        count, height, width = self.images.shape[:3]
        return {"images": {"count": count, "width": width, "height": height}}
