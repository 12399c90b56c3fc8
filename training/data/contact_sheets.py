"""Contact sheets: what a network sees, many on one page, each with a word below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ...runtime.drawing import plain_letters
from ...runtime.frame import Image

_TILE: Final = 160
_TEXT: Final = 20
_GAP: Final = 6
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX


def contact_sheet(
    images: Sequence[Image], words: Sequence[str] = (), *, columns: int = 6
) -> Image:
    """Return pictures side by side, each fitted into a square of 160 pixels.

    Small pictures are enlarged by whole pixels, so that one sees what the network sees.

    Args:
        images: uint8 (H, W, 3), BGR, of any size.
        words: One per picture, or none.
        columns: Pictures per row.

    Raises:
        ValueError: There are no pictures, or another number of words.
    """
    if not images:
        raise ValueError("a contact sheet needs at least one picture, got none.")
    if words and len(words) != len(images):
        raise ValueError(f"there are {len(images)} pictures and {len(words)} words.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    step = (_TILE + _GAP, _TILE + _GAP + (_TEXT if words else 0))
    canvas = np.full(
        (rows * step[1] + _GAP, columns * step[0] + _GAP, 3), 255, np.uint8
    )
    for i, image in enumerate(images):
        x = _GAP + (i % columns) * step[0]
        y = _GAP + (i // columns) * step[1]
        tile = _fitted(image)
        top, left = (_TILE - tile.shape[0]) // 2, (_TILE - tile.shape[1]) // 2
        canvas[
            y + top : y + top + tile.shape[0], x + left : x + left + tile.shape[1]
        ] = tile
        if words:
            # The name of a folder may be any bytes.
            text = plain_letters(words[i])
            text = text if len(text) < 23 else text[:20] + "..."
            cv2.putText(
                canvas,
                text,
                (x, y + _TILE + 14),
                _FONT,
                0.4,
                (48, 36, 28),
                1,
                cv2.LINE_AA,
            )
    return canvas


def shown(picture: npt.ArrayLike, color: str = "rgb") -> Image:
    """Return a network's input as a picture to look at, uint8 (H, W, 3) BGR.

    Args:
        picture: (H, W, C), 0..255; floats, as augmentation makes them, are rounded.
        color: Channel order of three channels, rgb or bgr.
    """
    pixels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    if pixels.shape[2] == 3 and color == "bgr":
        return pixels
    code = cv2.COLOR_GRAY2BGR if pixels.shape[2] == 1 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(pixels, code), np.uint8)


def _fitted(image: Image) -> Image:
    ratio = _TILE / max(image.shape[:2])
    if ratio >= 2:
        ratio = int(ratio)
    size = [max(1, round(side * ratio)) for side in image.shape[1::-1]]
    how = cv2.INTER_NEAREST if ratio >= 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
