"""A model's picture with its frame: alone, beside it, or over it."""

from __future__ import annotations

import cv2
import numpy as np

from ..frame import Image
from ..results import OutputImage
from .compose import blend


def lay_output(canvas: Image, result: OutputImage, *, alpha: float = 1.0) -> None:
    """Lay a model's picture over the part of the frame that it shows, in place.

    Args:
        canvas: uint8 (H, W, 3), BGR; the frame.
        result: The model's picture or map.
        alpha: Weight of the picture, 0..1.

    Raises:
        ValueError: The frame has another size than the one that the model got.
    """
    if canvas.shape[1::-1] != result.frame_size:
        raise ValueError(
            f"the result belongs to a frame of {result.frame_size[0]}x"
            f"{result.frame_size[1]}, the picture is {canvas.shape[1]}x"
            f"{canvas.shape[0]}."
        )
    x, y, width, height = result.part
    region = canvas[y : y + height, x : x + width]
    layer = _resized(result.bgr, (width, height))
    region[...] = blend(np.ascontiguousarray(region), layer, alpha=alpha)


def side_by_side(frame: Image, result: OutputImage) -> Image:
    """Return the frame at the left and the model's picture at the right, equally high.

    The lower of the two is enlarged.

    Args:
        frame: uint8 (H, W, 3), BGR.
        result: The model's picture or map.

    Returns:
        uint8 (h, w, 3), BGR; one size for all frames of one size.
    """
    height = max(frame.shape[0], result.proportional().shape[0])
    sizes = (frame.shape[1::-1], result.part[2:])
    both = [
        _resized(image, (max(1, round(width * height / rows)), height))
        for image, (width, rows) in zip((frame, result.bgr), sizes, strict=True)
    ]
    return np.concatenate(both, axis=1)


def _resized(image: Image, size: tuple[int, int]) -> Image:
    if image.shape[1::-1] == size:
        return image
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
