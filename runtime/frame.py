"""One picture on its way through the device, and how a file becomes one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from ..errors import SourceError
from ..files import native_path

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

# Modes of PIL with 8 bits or less; others would lose something without a word.
_PIL_MODES: Final = frozenset(
    {"1", "L", "LA", "La", "P", "PA", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "HSV"}
)


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


def open_picture(picture: Picture, color: str = "bgr") -> tuple[Image, str]:
    """Return a picture of any kind as an array of three channels, and their order.

    Args:
        picture: uint8 (H, W, 3), or gray, or with alpha; the path of a file; or an
            image of PIL.
        color: Order of an array's channels: bgr or rgb; files and PIL have their own.

    Raises:
        SourceError: The file cannot be read.
        ValueError: It is no image, or ``color`` is unknown.
    """
    if isinstance(picture, (str, os.PathLike)):
        return read_image(picture), "bgr"
    if not isinstance(picture, np.ndarray) and isinstance(picture, PilImage):
        plain = picture.convert("RGB") if picture.mode in _PIL_MODES else picture
        return three_channels(np.asarray(plain), "rgb")
    return three_channels(picture, color)


def read_image(path: str | os.PathLike[str]) -> Image:
    """Read an image file as uint8 (H, W, 3) BGR, turned upright by its EXIF tag.

    Raises:
        SourceError: The file does not exist, is a JPEG that ends half-way, or
            OpenCV cannot decode it.
    """
    if not os.path.isfile(path):
        raise SourceError(f"Cannot read {path}: no such file.")
    # OpenCV fills the rest of a cut JPEG with gray and only logs a warning.
    if is_cut_off(_jpeg_bytes(path)):
        raise SourceError(
            f"Cannot read {path} as an image: the file ends half-way. Copy it again."
        )
    try:
        with native_path(path) as name:
            image = cv2.imread(name, cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise SourceError(f"Cannot read {path} as an image: {error.err}.") from error
    if image is None:
        from pathlib import Path

        from .image import decode_otherwise, why_not_decoded

        other = decode_otherwise(path)
        if other is not None:
            return as_bgr(other)
        raise SourceError(
            f"Cannot read {path} as an image: {why_not_decoded(Path(path))}"
        )
    return np.asarray(image, np.uint8)


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


def _jpeg_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return a JPEG file's bytes; of any other file the first two."""
    try:
        with open(path, "rb") as file:
            head = file.read(2)
            return head + file.read() if head == b"\xff\xd8" else head
    except OSError:
        return b""
