"""Objects tinted in colours of their own, with an edge around each."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..frame import Image
from ..results import InstanceMasks
from .compose import blend
from .palette import Color


def tint_objects(
    canvas: Image, masks: InstanceMasks, colors: Sequence[Color], *, alpha: float
) -> None:
    """Tint each object in its colour, with an edge around it, the first on top.

    Args:
        canvas: uint8 (H, W, 3), BGR, contiguous; drawn on in place.
        masks: N masks of a frame of that size.
        colors: One per object.
        alpha: Weight of the colours, 0..1.

    Raises:
        ValueError: The masks belong to a frame of another size.
    """
    if masks.size != canvas.shape[1::-1]:
        raise ValueError(
            f"the masks belong to a frame of {masks.size[0]}x{masks.size[1]}, the "
            f"picture is {canvas.shape[1]}x{canvas.shape[0]}."
        )
    width = max(1, round(float(np.sqrt(canvas.shape[0] * canvas.shape[1])) / 800))
    for position in reversed(range(len(masks))):
        part = np.ascontiguousarray(masks.parts[position])
        if not part.any():
            continue
        x, y = masks.corners[position].tolist()
        region = canvas[y : y + part.shape[0], x : x + part.shape[1]]
        color = colors[position]
        mixed = blend(np.ascontiguousarray(region), color, alpha=alpha, mask=part)
        edges, _ = cv2.findContours(
            part.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        region[...] = cv2.drawContours(mixed, edges, -1, color, width)
