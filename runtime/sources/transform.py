"""Frames of a source, turned, mirrored or cut: ``?rotate=&flip=&roi=``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np

from ...errors import SourceError
from ..frame import Frame, Image
from ..late_frame import LateFrame
from .base import Source

NAMES: Final = ("rotate", "flip", "roi")
_ROTATIONS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_FLIPS: Final = {"h": 1, "v": 0, "hv": -1}


@dataclass(frozen=True)
class Transform:
    """The change of each picture: cut out, then turn, then mirror.

    Attributes:
        rotate: 0, 90, 180 or 270 degrees, clockwise.
        flip: ``h`` mirrors left and right, ``v`` top and bottom, ``hv`` both, or empty.
        roi: x, y, width, height in the source's own pixels; None means all of it.
    """

    rotate: int = 0
    flip: str = ""
    roi: tuple[int, int, int, int] | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, str]) -> Transform:
        """Read the three options; an absent one changes nothing.

        Raises:
            SourceError: A value is not usable.
        """
        rotate, flip = options.get("rotate", "0"), options.get("flip", "")
        if rotate not in ("0", "90", "180", "270"):
            raise SourceError(
                f"rotate={rotate} is not usable: expected 90, 180 or 270 (clockwise)."
            )
        if flip and flip not in _FLIPS:
            raise SourceError(f"flip={flip} is not usable: expected h, v or hv.")
        roi = None
        if "roi" in options:
            match = re.fullmatch(r"([0-9]+),([0-9]+),([0-9]+),([0-9]+)", options["roi"])
            if not match or not int(match[3]) or not int(match[4]):
                raise SourceError(
                    f"roi={options['roi']} is not usable: expected x,y,width,height "
                    "in pixels, such as 100,50,640,480."
                )
            roi = (int(match[1]), int(match[2]), int(match[3]), int(match[4]))
        return cls(int(rotate), flip, roi)

    def __bool__(self) -> bool:
        return self != Transform()

    def apply(self, image: Image) -> Image:
        """Return the changed picture, contiguous in memory.

        Raises:
            SourceError: The cut-out does not lie inside the picture.
        """
        if self.roi:
            x, y, width, height = self.roi
            rows, columns = image.shape[:2]
            if x + width > columns or y + height > rows:
                raise SourceError(
                    f"roi={x},{y},{width},{height} does not lie inside the picture of "
                    f"{columns}x{rows} pixels."
                )
            image = np.ascontiguousarray(image[y : y + height, x : x + width])
        if self.rotate:
            image = np.asarray(cv2.rotate(image, _ROTATIONS[self.rotate]), np.uint8)
        if self.flip:
            image = np.asarray(cv2.flip(image, _FLIPS[self.flip]), np.uint8)
        return image


class TransformedSource(Source):
    """Another source whose frames are changed; of ``details`` only ``fps`` is kept."""

    def __init__(self, source: Source, transform: Transform) -> None:
        super().__init__(source.name)
        self._source = source
        self._transform = transform
        self.live = source.live
        self.status = source.status
        # A cut-out is in pixels of the full picture, so that is decoded.
        if transform.roi is None:
            source.reduction.rule = self._scale

    def frames(self) -> Iterator[Frame]:
        """Yield the changed frames."""
        with contextlib.closing(iter(self._source)) as frames:
            for frame in frames:
                details = {
                    name: value
                    for name, value in (frame.details or {}).items()
                    if name == "fps"
                }
                yield self._changed(frame, details or None)

    def _changed(self, frame: Frame, details: dict[str, Any] | None) -> Frame:
        if not isinstance(frame, LateFrame):
            image = self._transform.apply(frame.image)
            return replace(frame, image=image, details=details)
        picture = frame.picture.changed(self._transform.apply)
        self.reduction.used = max(self.reduction.used, picture.scale)
        return LateFrame(
            picture, frame.timestamp_ns, frame.index, frame.source, details
        )

    def _scale(self, width: int, height: int) -> int:
        """Return how small a picture of the source below may be."""
        if self._transform.rotate in (90, 270):
            width, height = height, width
        return self.reduction.scale(width, height)

    def close(self) -> None:
        """Close the source below, too."""
        super().close()
        self._source.close()
