"""Masks on disk: the class of every pixel, in the ways that tools write it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import SourceError, TrainingError
from ...runtime.geometry import Letterbox
from ...runtime.image import picture_bytes
from ...runtime.metrics import IGNORED

ClassMap = npt.NDArray[np.uint8]

MASK_ENDINGS: Final = (".png", ".bmp", ".tif", ".tiff")
# The comparison of the channels, and the one that is kept.
_COPIES: Final = 4
_PNG: Final = b"\x89PNG\r\n\x1a\n"


def read_class_map(path: Path) -> ClassMap | str:
    """Read a mask as the numbers that it holds, uint8 (H, W).

    A palette PNG gives its indices, whatever its colours are; a gray one its values.

    Returns:
        The numbers, or the sentence why the file cannot be read.

    Raises:
        TrainingError: It holds colours instead of classes.
    """
    try:
        data = picture_bytes(path, copies=_COPIES) or b""
    except OSError as error:
        return f"Cannot read the mask {path}: {error.strerror}."
    except SourceError as error:
        return str(error)
    plain = np.frombuffer(_with_gray_palette(data), np.uint8)
    try:
        decoded: Any = cv2.imdecode(plain, cv2.IMREAD_UNCHANGED) if plain.size else None
    except cv2.error:
        decoded = None
    if decoded is None:
        return (
            f"Cannot read {path} as a mask: it is damaged, or no picture. Save it as "
            "PNG with class numbers as pixels."
        )
    values = np.asarray(decoded)
    if values.ndim == 3:
        first = values[:, :, 0]
        if (values[:, :, : min(3, values.shape[2])] != first[:, :, None]).any():
            raise TrainingError(
                f"The mask {path} holds colours instead of class numbers. Save class "
                "numbers: a gray or palette PNG with 0 for the background."
            )
        values = first
    if values.dtype.kind != "u" or values.size == 0 or int(values.max()) > 255:
        raise TrainingError(
            f"The mask {path} holds {values.dtype} up to {values.max(initial=0)}; "
            "class numbers 0 to 255 were expected."
        )
    return np.asarray(values, np.uint8)


def laid_in(mask: ClassMap, letterbox: Letterbox) -> ClassMap:
    """Return a mask as its picture is laid into the network's input.

    Every pixel takes the class under its middle; around a letterboxed picture nobody
    knows, which is class 255.

    Args:
        mask: uint8 (H, W), of the picture's own size.
        letterbox: How the picture is laid in.
    """
    x, y, width, height = letterbox.content
    crop_x, crop_y, crop_width, crop_height = letterbox.crop
    columns = crop_x + (2 * np.arange(width) + 1) * crop_width // (2 * width)
    rows = crop_y + (2 * np.arange(height) + 1) * crop_height // (2 * height)
    out = np.full(letterbox.model_size[::-1], IGNORED, np.uint8)
    out[y : y + height, x : x + width] = mask[rows][:, columns]
    return out


def class_numbers(present: set[int]) -> tuple[int, dict[int, int]]:
    """Return the number of classes, and which value means which class.

    Args:
        present: The values that occur in all masks of a set.

    Returns:
        255 stands for class 1 where nothing but 0 and 255 occurs (black and white
        masks), and for "nobody knows" elsewhere.
    """
    if present <= {0, IGNORED}:
        return 2, {IGNORED: 1}
    return max(present - {IGNORED}) + 1, {}


def _with_gray_palette(data: bytes) -> bytes:
    """Return a palette PNG whose colour i is gray level i; anything else as it is.

    OpenCV gives colours where the indices are wanted. With such a palette they are the
    same.
    """
    # Colour type 3 in the header, which comes first.
    if not data.startswith(_PNG) or len(data) < 33 or data[25] != 3:
        return data
    out, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if kind == b"PLTE":
            count = length // 3
            body = kind + bytes(np.arange(count).repeat(3).astype(np.uint8))
            out += struct.pack(">I", len(body) - 4) + body
            out += struct.pack(">I", zlib.crc32(body))
        elif kind != b"tRNS":
            out += data[at:end]
        at = end
    return bytes(out)
