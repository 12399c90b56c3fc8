"""Refuse pictures that take too much memory, by their headers alone."""

from __future__ import annotations

import math
import os
import re
from typing import Final

from ....errors import EdgeVisionError, shown
from ...memory import refusal
from .picture_header import PictureHeader

MAX_PIXELS: Final = "EDGEVISION_MAX_PIXELS"
"""The environment variable that holds the most pixels of a picture.

It is set instead of the limit by the file's size; ``--max-pixels`` sets it, and child
processes take it over.
"""

# Of its own settings, as it is built: 2**20 columns, 2**20 rows, 2**30 pixels.
_OPENCV_PIXELS: Final = 2**30
_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def parse_pixels(text: str) -> int:
    """Read a number of pixels: ``250000000``, ``250M`` or ``1.5G``.

    Raises:
        ValueError: It is none, or 0.
    """
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?)", text.strip().lower())
    count = int(float(match[1]) * _UNITS[match[2]]) if match else 0
    if count < 1:
        raise ValueError(
            f"a number of pixels was expected, such as 250M, got {shown(text)}."
        )
    return count


def max_pixels() -> int | None:
    """Return the most pixels that the user allows; None means no such limit.

    Raises:
        EdgeVisionError: The environment variable holds no such number.
    """
    text = os.environ.get(MAX_PIXELS)
    if not text:
        return None
    try:
        return parse_pixels(text)
    except ValueError as error:
        raise EdgeVisionError(f"The variable {MAX_PIXELS}: {error}") from None


def size_problem(
    header: PictureHeader, file_bytes: int, *, copies: int = 0
) -> str | None:
    """Return why a picture is too large to be decoded, or None when it is not.

    Args:
        header: Its header.
        file_bytes: Size of its file.
        copies: Bytes for each pixel that the caller's work takes beside.

    Returns:
        The end of a sentence after "Cannot read FILE as an image: ", and what to do.
    """
    size = f"it has {header.width}x{header.height} pixels"
    if header.pixels > _OPENCV_PIXELS or max(header.width, header.height) > 2**20:
        return f"{size}, more than OpenCV decodes (2**30). Make the picture smaller."
    allowed = max_pixels()
    if allowed is not None and header.pixels > allowed:
        return (
            f"{size}, and at most {allowed} are allowed (--max-pixels, {MAX_PIXELS})."
        )
    need = header.bytes + copies * header.pixels
    words = refusal(need, None if allowed is not None else file_bytes)
    if words is None:
        return None
    cure = "Make the picture smaller."
    if "free" not in words:
        cure = (
            f"Pass --max-pixels {math.ceil(header.pixels / 1e6)}M, or set {MAX_PIXELS} "
            "to it, if it is meant to be so large."
        )
    return f"{size}: {words}. {cure}"
