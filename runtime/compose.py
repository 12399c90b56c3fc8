"""Lay one picture over another: alpha blending, with or without a mask."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .frame import Image


def blend(
    image: Image,
    layer: Image | tuple[int, int, int],
    *,
    alpha: float = 0.5,
    mask: npt.NDArray[np.uint8] | npt.NDArray[np.bool_] | None = None,
    in_place: bool = False,
) -> Image:
    """Blend a layer over a picture: ``image × (1 - a) + layer × a``.

    Args:
        image: uint8 (H, W, 3).
        layer: uint8 (H, W, 3), or one BGR colour.
        alpha: Weight of the layer, 0..1.
        mask: (H, W): bool says where the layer lies; uint8 0..255 is a weight of its
            own per pixel (a soft edge), multiplied with ``alpha``. None is everywhere.
        in_place: Write into ``image`` and return it; else a copy is made.

    Raises:
        ValueError: Sizes differ, or ``alpha`` is out of range.
    """
    if not 0.0 <= alpha <= 1.0:
        raise ValueError(f"alpha must be in 0..1, got {alpha}.")
    if isinstance(layer, tuple):
        layer = np.full_like(image, layer)
    if layer.shape != image.shape:
        raise ValueError(f"layer must have shape {image.shape}, got {layer.shape}.")
    if mask is not None and mask.shape != image.shape[:2]:
        raise ValueError(f"mask must have shape {image.shape[:2]}, got {mask.shape}.")
    out: Any = image if in_place else image.copy()
    if mask is None:
        out[:] = cv2.addWeighted(image, 1.0 - alpha, layer, alpha, 0.0)
    elif mask.dtype == np.bool_:
        mixed = cv2.addWeighted(image, 1.0 - alpha, layer, alpha, 0.0)
        out[:] = cv2.copyTo(mixed, mask.view(np.uint8), out)
    else:
        weight = mask.astype(np.float32) * np.float32(alpha / 255.0)
        out[:] = cv2.blendLinear(image, layer, 1.0 - weight, weight)
    return np.asarray(out, np.uint8)


def paint_classes(
    image: Image,
    classes: npt.NDArray[Any],
    palette: npt.NDArray[np.uint8],
    *,
    alpha: float = 0.5,
    skip: tuple[int, ...] = (),
    in_place: bool = False,
) -> Image:
    """Tint every pixel of a picture by its class.

    Args:
        image: uint8 (H, W, 3).
        classes: Unsigned integers (H, W).
        palette: uint8 (256, 3), BGR; larger classes start over.
        alpha: Weight of the tint, 0..1.
        skip: Classes that stay as they are.
        in_place: Write into ``image`` and return it; else a copy is made.

    Raises:
        ValueError: Sizes differ, or ``alpha`` is out of range.
    """
    if classes.shape != image.shape[:2]:
        raise ValueError(
            f"classes must have shape {image.shape[:2]}, got {classes.shape}."
        )
    small = np.asarray(classes, np.uint8)  # wraps at 256, as the palette does
    layer = np.asarray(cv2.applyColorMap(small, palette.reshape(256, 1, 3)), np.uint8)
    mask: npt.NDArray[np.bool_] | None = None
    if skip and classes.dtype == np.uint8 and max(skip) < 256:
        tinted = np.ones(256, np.uint8)
        tinted[list(skip)] = 0
        mask = np.asarray(cv2.LUT(small, tinted)).view(np.bool_)
    elif skip:
        mask = np.isin(classes, skip, invert=True)
    return blend(image, layer, alpha=alpha, mask=mask, in_place=in_place)
