"""Pixels of calibration pictures, and the values that a network takes for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..datasets import ImageSet

Pixels = npt.NDArray[np.uint8]


def twice_scaled(images: ImageSet) -> bool:
    """Return whether no pixel is above 1, as in pictures that were divided by 255."""
    arrays = [item for item in images.items if isinstance(item, np.ndarray)]
    return bool(arrays) and max(float(np.max(item)) for item in arrays) <= 1


def pinned(pixels: Pixels) -> Pixels:
    """Return the pictures with the set's darkest pixel 0 and its brightest 255.

    A range that ends exactly at black and white gives the input the step of one pixel:
    the byte that a camera delivers is then the byte that the model takes.
    """
    if pixels.min() == 0 and pixels.max() == 255:
        return pixels
    changed: Pixels = pixels.copy()
    changed.flat[int(pixels.argmin())] = 0
    changed.flat[int(pixels.argmax())] = 255
    return changed


def normalized(
    pixels: npt.NDArray[Any], mean: Sequence[float], std: Sequence[float]
) -> npt.NDArray[np.float32]:
    """Return ``(pixel - mean) / std`` as float32."""
    means, stds = np.asarray(mean, np.float64), np.asarray(std, np.float64)
    if pixels.dtype == np.uint8:
        # By a table: float64 in between would be eight times the pictures.
        values = (np.arange(256)[:, np.newaxis] - means) / stds
        table = np.broadcast_to(values, (256, pixels.shape[-1])).astype(np.float32)
        rows = np.empty(pixels.shape, np.float32)
        for channel, column in enumerate(table.T):
            rows[..., channel] = column[pixels[..., channel]]
        return rows
    reals: npt.NDArray[np.float32] = ((pixels - means) / stds).astype(np.float32)
    return reals
