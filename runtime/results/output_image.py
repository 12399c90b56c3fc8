"""The picture, or the map of numbers, with which a model answers a picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..frame import Image, Picture
from .drawable import Drawable

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class OutputImage(Drawable):
    """The picture with which a model answers a frame, in the model's own resolution.

    Attributes:
        image: uint8 (h, w) gray, or (h, w, 3) BGR as frames are. Its size is that of
            the model's output without the padding of a letterbox; for a map, its values
            as colours.
        frame_size: Width and height of the frame, in pixels.
        part: x, y, width, height of what the picture shows of the frame, in its pixels.
        values: float32 (h, w), the numbers of a map (such as a depth) as the model
            gives them; None for a picture.
        near: For a depth: ``large`` or ``small`` values are near; empty when nobody
            said it, and for what is no depth.
    """

    image: Image
    frame_size: tuple[int, int]
    part: tuple[int, int, int, int]
    values: Floats | None = None
    near: str = ""

    def __post_init__(self) -> None:
        if self.image.ndim not in (2, 3) or self.image.shape[2:] not in ((), (3,)):
            raise ValueError(
                f"image must have shape (H, W) or (H, W, 3), got {self.image.shape}."
            )
        if self.image.dtype != np.uint8:
            raise ValueError(f"image must be uint8, got {self.image.dtype}.")
        if self.values is not None and self.values.shape != self.image.shape[:2]:
            raise ValueError(
                f"values must have shape {self.image.shape[:2]}, got "
                f"{self.values.shape}."
            )

    @property
    def kind(self) -> str:
        """Return ``picture`` or ``map``."""
        return "picture" if self.values is None else "map"

    @property
    def bgr(self) -> Image:
        """Return the picture as uint8 (h, w, 3), BGR; gray ones have equal channels."""
        if self.image.ndim == 3:
            return self.image
        return np.repeat(self.image[:, :, np.newaxis], 3, axis=2)

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the picture, in its own pixels."""
        return self.image.shape[1], self.image.shape[0]

    def proportional(self) -> Image:
        """Return the picture with the proportions of what it shows, uint8 (h, w, 3).

        A frame that was stretched into the model's input makes a stretched picture. The
        side that has fewer pixels per pixel of the frame is enlarged, so nothing of the
        picture is lost.
        """
        width, height = self.size
        ratio = max(width / self.part[2], height / self.part[3])
        wanted = (self.part[2] * ratio, self.part[3] * ratio)
        # The rounding of a letterbox alone is no reason to touch the pixels.
        if wanted[0] - width < 1 and wanted[1] - height < 1:
            return self.bgr
        import cv2

        size = (round(wanted[0]), round(wanted[1]))
        return np.asarray(cv2.resize(self.bgr, size), np.uint8)

    def save(
        self,
        path: str | os.PathLike[str],
        image: Picture | None = None,
        *,
        color: str = "bgr",
        force: bool = False,
        **options: Any,
    ) -> None:
        """Write the model's picture, or the frame with it, to a file.

        Args:
            path: The file; its ending chooses the format, such as ``.png``.
            image: The frame, to lay the picture over it; None writes the picture alone,
                as :meth:`proportional` returns it.
            color: Order of an array's channels: bgr or rgb.
            force: Replace a file that exists.
            **options: As for :meth:`draw`.

        Raises:
            OutputExistsError: The file exists, and ``force`` is not set.
            SinkError: The picture cannot be written.
            SourceError: The frame cannot be read.
        """
        if image is not None:
            super().save(path, image, color=color, force=force, **options)
            return
        from ..image import write_image

        write_image(os.fspath(path), self.proportional(), force=force)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"image": {"kind", "width", "height", "channels", "min", ...}}``.

        ``min``, ``max`` and ``mean`` are those of the values of a map, or of the levels
        0..255 of a picture; null where no value of a map is finite. Pixels stay out.
        """
        numbers = self.image if self.values is None else self.values
        finite = numbers
        if self.values is not None:
            finite = numbers[np.isfinite(numbers)]
        low = high = middle = None
        if finite.size:
            low, high = float(finite.min()), float(finite.max())
            middle = float(finite.mean(dtype=np.float64))
        width, height = self.size
        known: dict[str, Any] = {
            "kind": self.kind,
            "width": width,
            "height": height,
            "channels": 1 if self.image.ndim == 2 or self.values is not None else 3,
            "min": _short(low),
            "max": _short(high),
            "mean": _short(middle),
        }
        if self.near:
            known["near"] = self.near
        return {"image": known}


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
