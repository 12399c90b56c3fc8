"""The picture of an event with its result drawn on it, and its JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from ...errors import SinkError
from ..event import Event
from ..frame import Image
from .text import describe


def picture_of(event: Event) -> Image:
    """Return a copy of an event's frame with its result drawn on it."""
    image = np.array(event.frame.image, np.uint8, order="C")
    size = max(0.4, min(image.shape[:2]) / 700)
    for text, place in _texts(event, size):
        for color, width in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(
                image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, color, width
            )
    return image


def _texts(event: Event, size: float) -> list[tuple[str, tuple[int, int]]]:
    return [(describe(event.result), (4, int(26 * size)))]


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
