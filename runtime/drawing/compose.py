"""One picture over another: alpha blending, with masks and transparency.

Everything takes and returns uint8 and rounds once, at the end: no result is more than
half a level from its formula (0.503 where a mask weighs: single precision).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image

Mask = npt.NDArray[np.uint8] | npt.NDArray[np.bool_] | npt.NDArray[np.floating[Any]]


def blend(
    image: Image,
    layer: Image | tuple[int, int, int],
    *,
    alpha: float = 0.5,
    mask: Mask | None = None,
    in_place: bool = False,
) -> Image:
    """Blend a layer over a picture: ``image × (1 - a) + layer × a``.

    Args:
        image: uint8 (H, W, 3), or (H, W, 1) or (H, W) with a layer of that shape.
        layer: uint8 of the picture's shape; with a fourth channel, (H, W, 4), that one
            is a mask too; or one BGR colour.
        alpha: Weight of the layer, 0..1.
        mask: (H, W), exactly the picture's size: bool says where the layer lies; uint8
            0..255 or float 0..1 is a weight of its own per pixel (a soft edge). What
            weighs is ``alpha`` times the mask times the layer's fourth channel. None
            means everywhere.
        in_place: Write into ``image`` and return it; else a copy is made.

    Raises:
        ValueError: Sizes differ, a picture is not uint8, or ``alpha`` or a float mask
            is out of 0..1.
    """
    _check_share("alpha", alpha)
    if image.dtype != np.uint8:
        raise ValueError(f"image must be uint8, got {image.dtype}.")
    if isinstance(layer, tuple):
        if image.ndim != 3 or image.shape[2] != len(layer):
            raise ValueError(
                f"a colour of {len(layer)} channels needs a picture of as many, got "
                f"{image.shape}."
            )
        if not all(0 <= level <= 255 for level in layer):
            raise ValueError(f"a colour must be in 0..255, got {layer}.")
        layer = np.full_like(image, layer)
    own: npt.NDArray[np.uint8] | None = None
    if image.shape[2:] == (3,) and layer.shape == (*image.shape[:2], 4):
        layer, own = np.ascontiguousarray(layer[:, :, :3]), layer[:, :, 3]
    if layer.shape != image.shape:
        raise ValueError(f"layer must have shape {image.shape}, got {layer.shape}.")
    if layer.dtype != np.uint8:
        raise ValueError(f"layer must be uint8, got {layer.dtype}.")
    if mask is not None:
        _check_mask(mask, image.shape[:2])
    out: Any = image if in_place else image.copy()
    if not out.size:
        return np.asarray(out, np.uint8)
    if own is None and (mask is None or mask.dtype == np.bool_):
        mixed = cv2.addWeighted(image, 1.0 - alpha, layer, alpha, 0.0)
        if mask is not None:
            mixed = cv2.copyTo(mixed, mask.view(np.uint8), image.copy())
        out[:] = mixed.reshape(image.shape)
    else:
        weight = np.full(image.shape[:2], alpha, np.float32)
        for share in (own, mask):
            if share is not None:
                weight *= _share(share)
        mixed = cv2.blendLinear(image, layer, 1.0 - weight, weight)
        out[:] = mixed.reshape(image.shape)
    return np.asarray(out, np.uint8)


def add_weighted(
    first: Image,
    second: Image,
    first_weight: float,
    second_weight: float,
    offset: float = 0.0,
) -> Image:
    """Return ``first × w1 + second × w2 + offset``, limited to 0..255.

    The weights need not add up to 1: 1.5 and -0.5 sharpen a picture against its blurred
    copy.

    Args:
        first: uint8 (H, W, C) or (H, W).
        second: uint8 of the same shape.
        first_weight: Any finite number.
        second_weight: Any finite number.
        offset: Levels added to every channel.

    Raises:
        ValueError: Shapes differ, or a number is not finite.
    """
    if first.shape != second.shape:
        raise ValueError(f"second must have shape {first.shape}, got {second.shape}.")
    if first.dtype != np.uint8 or second.dtype != np.uint8:
        raise ValueError(f"pictures must be uint8, got {first.dtype}, {second.dtype}.")
    if not np.isfinite([first_weight, second_weight, offset]).all():
        raise ValueError(
            "weights and offset must be finite, got "
            f"{first_weight}, {second_weight} and {offset}."
        )
    if not first.size:
        return np.array(first, np.uint8)
    mixed = cv2.addWeighted(first, first_weight, second, second_weight, offset)
    return np.asarray(mixed, np.uint8).reshape(first.shape)


def lay_over(
    image: Image, layer: Image, *, alpha: float = 1.0, mask: Mask | None = None
) -> Image:
    """Lay a picture over a transparent one (Porter and Duff's "over").

    Args:
        image: uint8 (H, W, 4), BGRA with plain (not premultiplied) colours.
        layer: uint8 (H, W, 3) or (H, W, 4).
        alpha: Weight of the layer, 0..1.
        mask: As for :func:`blend`.

    Returns:
        uint8 (H, W, 4), a new picture; where nothing is visible, its colour is 0.

    Raises:
        ValueError: As for :func:`blend`.
    """
    _check_share("alpha", alpha)
    if image.ndim != 3 or image.shape[2] != 4:
        raise ValueError(f"image must have shape (H, W, 4), got {image.shape}.")
    if layer.shape not in ((*image.shape[:2], 3), image.shape):
        raise ValueError(
            f"layer must have shape {(*image.shape[:2], 3)} or {image.shape}, got "
            f"{layer.shape}."
        )
    front = np.full(image.shape[:2], alpha, np.float32)
    if layer.shape[2] == 4:
        front *= _share(layer[:, :, 3])
    if mask is not None:
        _check_mask(mask, image.shape[:2])
        front *= _share(mask)
    behind = _share(image[:, :, 3]) * (1 - front)
    total = front + behind
    out = np.empty_like(image)
    out[:, :, 3] = np.rint(total * 255)
    safe = np.where(total > 0, total, 1)[:, :, np.newaxis]
    colors = image[:, :, :3] * behind[:, :, np.newaxis]
    colors += layer[:, :, :3] * front[:, :, np.newaxis]
    out[:, :, :3] = np.rint(colors / safe)
    return out


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


def _check_share(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be in 0..1, got {value}.")


def _check_mask(mask: Mask, size: tuple[int, ...]) -> None:
    if mask.shape != size:
        raise ValueError(f"mask must have shape {size}, got {mask.shape}.")
    if mask.dtype.kind == "f":
        if mask.size and not (mask.min() >= 0 and mask.max() <= 1):
            raise ValueError(
                f"a float mask must be in 0..1, got {mask.min()} to {mask.max()}."
            )
    elif mask.dtype not in (np.bool_, np.uint8):
        raise ValueError(f"mask must be bool, uint8 or float, got {mask.dtype}.")


def _share(mask: Mask) -> npt.NDArray[np.float32]:
    """Return a mask's weights, float32 0..1."""
    if mask.dtype == np.uint8:
        return np.asarray(mask * np.float32(1 / 255), np.float32)
    return np.asarray(mask, np.float32)
