"""Frames as JPEGs: which ones, how large, and as they came where that may be."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from ...frame import Frame, Image
from ...late_frame import LateFrame

_NEARLY_S: Final = 1e-6


class Pace:
    """Chooses the frames of a stream that are kept, by their times.

    Args:
        fps: How many of a second; 0 means all.
    """

    def __init__(self, fps: float) -> None:
        self._period_s = 1 / fps if fps else 0.0
        self._due_s: float | None = None
        self._last_s = 0.0

    def is_due(self, time_s: float) -> bool:
        """Return whether the frame of a time is kept; times come in order."""
        due_s, last_s, self._last_s = self._due_s, self._last_s, time_s
        if due_s is not None and last_s <= time_s:
            if time_s < due_s - _NEARLY_S:
                return False
            if time_s - due_s < self._period_s:
                self._due_s = due_s + self._period_s
                return True
        self._due_s = time_s + self._period_s
        return True


class FrameEncoder:
    """Makes the JPEG of a frame.

    Args:
        width: A wider picture is made smaller; 0 means never.
        quality: Of the JPEGs, 1..100.

    Attributes:
        passes_jpegs: A camera's JPEG is taken as it came, where the frame holds one.
            Not where anything of the picture is to be covered.
        encoded: How many frames were encoded.
        passed: How many JPEGs were taken as they came.
    """

    def __init__(self, width: int, quality: int) -> None:
        self.passes_jpegs = False
        self.encoded = self.passed = 0
        self._width = width
        self._quality = quality

    def file_of(self, frame: Frame) -> bytes:
        """Return the JPEG that a frame came as; empty where it may not be taken."""
        if not self.passes_jpegs or not isinstance(frame, LateFrame):
            return b""
        if self._width and frame.size[0] > self._width:
            return b""
        self.passed += bool(frame.picture.jpeg)
        return frame.picture.jpeg

    def encode(self, image: Image) -> bytes:
        """Return a picture as a JPEG, no wider than asked."""
        self.encoded += 1
        return encoded(_no_wider(image, self._width), self._quality)


def encoded(image: Image, quality: int) -> bytes:
    """Return a picture as a JPEG file.

    Args:
        image: uint8 (H, W, 3), BGR.
        quality: 1..100.
    """
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(data, np.uint8).tobytes()


def _no_wider(image: Image, width: int) -> Image:
    """Return a picture that is not wider than a limit; 0 means no limit."""
    rows, columns = image.shape[:2]
    if not width or columns <= width:
        return image
    size = width, max(1, round(rows * width / columns))
    # Linear: a third of the time of a mean over areas, and no moire up to a half.
    fast = columns < 2 * width
    how = cv2.INTER_LINEAR if fast else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
