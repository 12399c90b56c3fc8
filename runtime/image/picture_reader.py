"""From the file of a picture to its pixels: the one place that decodes files.

A file is opened once. Its header is checked against the limits of memory before
anything else of it is read; then its bytes are read and decoded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import SourceError
from ...files import native_path
from ..frame import Image, Picture, PilImage, as_bgr, is_cut_off, three_channels
from ..memory import refusal, size_text
from .headers import (
    in_file,
    read_header,
    size_problem,
    too_many_scans,
    without_texts,
)
from .other_decoders import decode_otherwise
from .picture_formats import why_not_decoded

# A photo may carry others, a film of seconds, and maps; a file may be padded.
_MORE: Final = 64 * 10**6
_TIMES: Final = 4

# Modes of PIL with 8 bits or less; others would lose something without a word.
_PIL_MODES: Final = frozenset(
    {"1", "L", "LA", "La", "P", "PA", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "HSV"}
)


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
        SourceError: The file does not exist, takes too much memory, is a JPEG that
            ends half-way, or OpenCV cannot decode it.
    """
    if not os.path.isfile(path):
        raise SourceError(f"Cannot read {path}: no such file.")
    image = decode_file(path, cv2.IMREAD_COLOR)
    if image is None:
        other = decode_otherwise(path)
        if other is not None:
            return as_bgr(other)
        raise SourceError(
            f"Cannot read {path} as an image: {why_not_decoded(Path(path))}"
        )
    return np.asarray(image, np.uint8)


def decode_file(
    path: str | os.PathLike[str], flags: int, *, copies: int = 0
) -> npt.NDArray[Any] | None:
    """Return what OpenCV decodes of a file; None means that it decodes nothing.

    Args:
        path: The file.
        flags: As of ``cv2.imread``.
        copies: Bytes for each pixel that the caller's work takes beside.

    Raises:
        SourceError: The file cannot be read, takes too much memory, is a JPEG that
            ends half-way, or holds pixels that OpenCV refuses.
    """
    try:
        data = picture_bytes(path, copies=copies, with_tiff=False)
        if data is None:
            with native_path(path) as name:
                return cv2.imread(name, flags)
    except OSError as error:
        raise SourceError(f"Cannot read {path}: {error.strerror or error}.") from error
    except cv2.error as error:
        raise SourceError(f"Cannot read {path} as an image: {error.err}.") from error
    # OpenCV fills the rest of a cut JPEG with gray and only logs a warning.
    if is_cut_off(data):
        raise SourceError(
            f"Cannot read {path} as an image: the file ends half-way. Copy it again."
        )
    if not data:
        return None
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise SourceError(f"Cannot read {path} as an image: {error.err}.") from error


def picture_bytes(
    path: str | os.PathLike[str], *, copies: int = 0, with_tiff: bool = True
) -> bytes | None:
    """Return the bytes of a picture's file, after a look at its header.

    Args:
        path: The file.
        copies: Bytes for each pixel that the caller's work takes beside decoding.
        with_tiff: Whether the bytes of a TIFF are read: it may hold hundreds of
            pictures, of which the first counts, and be decoded by its path instead.

    Returns:
        The bytes; none (``b""``) for a file without a header that is known, and None
        for a TIFF that is left to be read by its path.

    Raises:
        OSError: The file cannot be read.
        SourceError: It takes too much memory.
    """
    with open(path, "rb") as stream:
        at = in_file(stream.fileno())
        header = read_header(at)
        if header is None:
            return b""
        size = os.fstat(stream.fileno()).st_size
        problem = size_problem(header, size, copies=copies)
        if problem is not None:
            raise SourceError(f"Cannot read {path} as an image: {problem}")
        if not with_tiff and at(0, 2) in (b"II", b"MM"):
            return None
        words = refusal(size + header.bytes, None)
        if words is None and size > _MORE + _TIMES * header.bytes:
            words = (
                f"it has {size_text(size)}, far more than {header.width}x"
                f"{header.height} pixels need"
            )
        if words is not None:
            raise SourceError(f"Cannot read {path} as an image: {words}.")
        data = stream.read(size)
        words = too_many_scans(data, header)
        if words is not None:
            raise SourceError(
                f"Cannot read {path} as an image: {words}. Save it again."
            )
    return without_texts(data)
