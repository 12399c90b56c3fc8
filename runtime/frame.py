"""One picture on its way through the device, and how an array becomes one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


@runtime_checkable
class PilImage(Protocol):
    """An image of PIL, which nothing here imports.

    Attributes:
        mode: What its pixels are: ``RGB``, ``L``, ``P`` ...
    """

    mode: str

    def convert(self, mode: str) -> Any:
        """Return the same image with other pixels."""


Picture = npt.NDArray[Any] | str | os.PathLike[str] | PilImage
"""A picture as people have it: an array, the path of a file, or an image of PIL."""


@dataclass(frozen=True)
class Frame:
    """One captured picture.

    Attributes:
        image: uint8 (H, W, 3), BGR as OpenCV gives it.
        timestamp_ns: ``time.monotonic_ns()`` at capture.
        index: Position in the source, from 0; a dropped frame keeps its number.
        source: Where it came from: a file's path, or the source's name.
        details: What a source knows beyond that (the true boxes of a synthetic scene).
        position_s: Seconds from the first frame of a video file, by the file's own
            times; None means that there is none (a camera, an image).
    """

    image: Image
    timestamp_ns: int
    index: int = 0
    source: str = ""
    details: dict[str, Any] | None = None
    position_s: float | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the picture, in pixels."""
        return self.image.shape[1], self.image.shape[0]

    @property
    def time_s(self) -> float:
        """Return when the frame was taken, in seconds on its stream's own clock.

        A video file has times of its own, however fast it is read; everything else has
        the monotonic clock's. Every duration in EdgeVision is a difference of these.
        """
        if self.position_s is not None:
            return self.position_s
        return self.timestamp_ns / 1e9

    @property
    def view(self) -> tuple[Image, int]:
        """Return the picture as it is decoded already, and its scale.

        Returns:
            uint8 (H / scale, W / scale, 3) BGR, and the side of the square of pixels
            that became one: 1 for a picture that is whole.
        """
        return self.image, 1


def as_bgr(image: npt.ArrayLike, *, color: str = "bgr") -> Image:
    """Return a picture as uint8 (H, W, 3) BGR, without a copy when it already is.

    Args:
        image: uint8 (H, W), (H, W, 1), (H, W, 3) or (H, W, 4).
        color: Order of the channels in ``image``: bgr (OpenCV) or rgb (Keras, PIL).

    Raises:
        ValueError: The array is not uint8, has another shape, or ``color`` is unknown.
    """
    array = np.asarray(image)
    if color not in ("bgr", "rgb"):
        raise ValueError(f"color must be bgr or rgb, got {color!r}.")
    if array.dtype != np.uint8:
        raise ValueError(
            f"an image must be uint8 with pixels 0..255, got {array.dtype}. "
            "Pass the picture before any normalization; the model's card has it."
        )
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or 0 in array.shape:
        raise ValueError(
            f"an image must have shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), "
            f"got {np.shape(image)}."
        )
    channels = array.shape[2]
    if channels == 3 and color == "bgr":
        return array
    codes = {
        (1, "bgr"): cv2.COLOR_GRAY2BGR,
        (1, "rgb"): cv2.COLOR_GRAY2BGR,
        (3, "rgb"): cv2.COLOR_RGB2BGR,
        (4, "bgr"): cv2.COLOR_BGRA2BGR,
        (4, "rgb"): cv2.COLOR_RGBA2BGR,
    }
    return np.asarray(cv2.cvtColor(array, codes[channels, color]), np.uint8)


def three_channels(image: npt.ArrayLike, color: str) -> tuple[Image, str]:
    """Return a picture of three channels and their order; plain ones are not copied.

    Args:
        image: uint8 (H, W, 3), or gray, or with alpha.
        color: Order of its channels: bgr or rgb.

    Raises:
        ValueError: It is no image, or ``color`` is unknown.
    """
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] in (3, 4) and color == "rgb":
        # The swap, if any, is cheaper on the small picture.
        return as_bgr(array), "rgb"
    return as_bgr(array, color=color), "bgr"


def is_cut_off(data: bytes) -> bool:
    """Return whether a JPEG ends before its end marker, as after a broken download.

    Args:
        data: The bytes of any file; what is no JPEG is never cut off.
    """
    position = 2
    while data[:2] == b"\xff\xd8" and position + 4 <= len(data):
        if data[position] != 0xFF:
            return False
        marker = data[position + 1]
        if marker == 0xDA:
            # Inside of compressed pixels 0xFF is never followed by the end marker.
            return data.find(b"\xff\xd9", position) < 0
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return False
