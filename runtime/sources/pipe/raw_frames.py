"""Raw frames of a fixed size, cut out of a stream of bytes."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from ....errors import SourceError
from ...frame import Image

# Bytes per pixel, and how OpenCV turns them into BGR (None: they are).
_RAW: Final[dict[str, tuple[float, int | None]]] = {
    "bgr24": (3, None),
    "rgb24": (3, cv2.COLOR_RGB2BGR),
    "gray": (1, cv2.COLOR_GRAY2BGR),
    "yuv420p": (1.5, cv2.COLOR_YUV2BGR_I420),
    "nv12": (1.5, cv2.COLOR_YUV2BGR_NV12),
    "yuyv422": (2, cv2.COLOR_YUV2BGR_YUYV),
}
RAW_FORMATS: Final = tuple(_RAW)


class RawFrames:
    """Bytes in, pictures out.

    Args:
        pixels: One of :data:`RAW_FORMATS`, as FFmpeg calls them.
        size: Width and height.

    Attributes:
        what: Both, in words.

    Raises:
        SourceError: Such frames have no such size.
    """

    def __init__(self, pixels: str, size: tuple[int, int]) -> None:
        per_pixel, self._code = _RAW[pixels]
        width, height = size
        if per_pixel in (1.5, 2) and (width % 2 or height % 2):
            raise SourceError(
                f"{pixels} frames have an even width and height, got {width}x{height}."
            )
        self.what = f"{width}x{height} {pixels}"
        self._frame_bytes = int(width * height * per_pixel)
        self._shape = {
            3: (height, width, 3),
            2: (height, width, 2),
            1: (height, width),
            1.5: (height * 3 // 2, width),
        }[per_pixel]
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take some bytes."""
        self._buffer += data

    def take(self) -> Image | None:
        """Return the next picture, (H, W, 3) BGR; None means that none is whole."""
        if len(self._buffer) < self._frame_bytes:
            return None
        data = bytes(self._buffer[: self._frame_bytes])
        del self._buffer[: self._frame_bytes]
        array = np.frombuffer(data, np.uint8).reshape(self._shape)
        # A copy of its own in both cases: frombuffer is read-only.
        picture = (
            array.copy() if self._code is None else cv2.cvtColor(array, self._code)
        )
        return np.asarray(picture, np.uint8)

    @property
    def missing(self) -> int:
        """Return how many bytes the frame that has begun lacks; 0 means none has."""
        return self._frame_bytes - len(self._buffer) if self._buffer else 0
