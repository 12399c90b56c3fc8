"""The picture of an event with its result drawn on it, and its JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from ...errors import SinkError
from ..drawing import draw
from ..event import Event
from ..frame import Image


def picture_of(event: Event) -> Image:
    """Return a copy of an event's frame with its result drawn on it."""
    return draw(event.frame.image, event.result)


def no_wider(image: Image, width: int) -> Image:
    """Return a picture that is not wider than a limit, with its proportions kept.

    Args:
        image: uint8 (H, W, 3).
        width: The limit in pixels.
    """
    rows, columns = image.shape[:2]
    if columns <= width:
        return image
    size = (width, max(1, round(rows * width / columns)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def encode(image: Image, *, suffix: str = ".jpg", quality: int = 85) -> bytes:
    """Return a picture as the bytes of an image file.

    Args:
        image: uint8 (H, W, 3), BGR.
        suffix: ``.jpg`` or ``.png``.
        quality: Of a JPEG, 1..100.

    Raises:
        SinkError: OpenCV cannot encode it.
    """
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix == ".jpg" else []
    try:
        ok, data = cv2.imencode(suffix, image, settings)
    except cv2.error as error:
        raise SinkError(f"Cannot encode a picture as {suffix}: {error}.") from error
    if not ok:
        raise SinkError(f"Cannot encode a picture as {suffix}.")
    return np.asarray(data, np.uint8).tobytes()
