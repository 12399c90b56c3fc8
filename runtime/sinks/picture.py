"""The picture of an event with its result drawn on it, and its JPEG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from ...errors import SinkError
from ..drawing import draw, draw_regions, side_by_side
from ..event import Event
from ..frame import Image
from .items import kind_of

if TYPE_CHECKING:
    from ..results import OutputImage

VIEWS: Final = ("picture", "beside", "overlay")
"""What sinks show of a model that answers with a picture."""


def picture_of(event: Event, view: str = "picture") -> Image:
    """Return a copy of an event's frame with its regions and its result drawn on it.

    Args:
        event: The event.
        view: For a model that answers with a picture, one of :data:`VIEWS`: that
            picture alone, the frame with it at its right, or the frame below it.
    """
    if view != "overlay" and kind_of(event.result) == "OutputImage":
        result = cast("OutputImage", event.result)
        if view == "picture":
            return result.proportional()
        return side_by_side(event.frame.image, result)
    if event.regions is None:
        return draw(event.frame.image, event.result, tracks=event.tracks)
    # Below the boxes.
    canvas = event.frame.image.copy()
    draw_regions(canvas, event.regions)
    return draw(canvas, event.result, in_place=True, tracks=event.tracks)


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
