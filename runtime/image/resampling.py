"""From a frame's pixels to those of a model's size: one resize, or one warp."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy.typing as npt

from ..frame import Image
from ..geometry import Letterbox

BORDERS: Final = {"replicate": cv2.BORDER_REPLICATE, "zero": cv2.BORDER_CONSTANT}
"""What is written where a part reaches outside of its frame: the frame's outermost
pixels, or one value."""

_RESIZE: Final = {
    "bilinear": cv2.INTER_LINEAR,
    "area": cv2.INTER_AREA,
    "nearest": cv2.INTER_NEAREST,
    "bilinear-corners": cv2.INTER_LINEAR,
}
# cv2.warpAffine has no area interpolation.
_WARP: Final = {**_RESIZE, "area": cv2.INTER_LINEAR}


def resample(
    picture: Image,
    letterbox: Letterbox,
    into: npt.NDArray[Any],
    *,
    interpolation: str,
    border: str = "replicate",
    pad_value: int = 0,
) -> None:
    """Write the part of a frame that a map says into memory of the model's size.

    Args:
        picture: uint8 (H, W, 3).
        letterbox: Which part, and where it lies in the model's input.
        into: uint8 (h, w, 3); what the part does not fill is left as it is.
        interpolation: A name from a card.
        border: A name from ``BORDERS``, for a part that is partly outside.
        pad_value: The value of what lies outside, with the border ``zero``.
    """
    matrix = letterbox.warp
    if matrix is not None:
        cv2.warpAffine(
            picture,
            matrix,
            letterbox.model_size,
            dst=into,
            flags=_WARP[interpolation] | cv2.WARP_INVERSE_MAP,
            borderMode=BORDERS[border],
            borderValue=(pad_value,) * 3,
        )
        return
    x, y, width, height = letterbox.crop
    left, top, to_width, to_height = letterbox.content
    cv2.resize(
        picture[y : y + height, x : x + width],
        (to_width, to_height),
        dst=into[top : top + to_height, left : left + to_width],
        interpolation=_RESIZE[interpolation],
    )
