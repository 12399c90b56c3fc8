"""Eight inputs by an integer formula: the same bytes on every machine.

They need NumPy alone and are smooth: waves of one to four periods across the picture,
with other directions, phases and contrasts per channel and input. Noise would make
every model answer alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ..image import input_layout, pixel_table
from ..tensors import TensorSpec

COUNT: Final = 8
# The number of this formula; a change of a single value below needs another one.
FORMULA: Final = 1

# Per input: periods across and down of two waves, and the weight of the second.
_WAVES: Final = (
    ((1, 0), (0, 1), 1),
    ((0, 1), (2, 1), 0),
    ((1, 1), (3, 0), 1),
    ((2, -1), (1, 2), 2),
    ((0, 2), (1, 0), 1),
    ((3, 2), (1, 1), 3),
    ((1, -2), (4, 1), 1),
    ((2, 2), (0, 3), 2),
)


def golden_inputs(
    tensors: Sequence[TensorSpec], card: InputCard | None, index: int
) -> list[npt.NDArray[Any]]:
    """Return one of the eight inputs for every input tensor of a model.

    Args:
        tensors: The inputs.
        card: The image input; its pixels go through the same table as a frame's. None
            spreads the waves over the tensor's range (-1..1 for float).
        index: 0..7.
    """
    if card is not None and len(tensors) == 1:
        return [_picture(card, tensors[0], index)]
    return [_spread(tensor, index) for tensor in tensors]


def golden_pixels(
    width: int, height: int, channels: int, index: int
) -> npt.NDArray[np.uint8]:
    """Return one of the eight pictures, uint8 (H, W, C)."""
    x = np.arange(width, dtype=np.int64)[np.newaxis, :, np.newaxis]
    y = np.arange(height, dtype=np.int64)[:, np.newaxis, np.newaxis]
    c = np.arange(channels, dtype=np.int64)[np.newaxis, np.newaxis, :]
    first, second, weight = _WAVES[index]
    waves = [
        _triangle(512 * a * x // width + 512 * b * y // height + phase)
        for (a, b), phase in (
            (first, 71 * index + 150 * c),
            (second, 37 * index + 90 * c * (index % 3)),
        )
    ]
    mixed = (2 * waves[0] + weight * waves[1]) // (2 + weight)
    # Half of the inputs have less contrast, around another brightness.
    low, span = ((0, 255), (64, 160))[index % 2]
    return (low + mixed * span // 255).astype(np.uint8)


def _triangle(angle: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a wave 0..255 of period 512."""
    turned = angle % 512
    return np.where(turned < 256, turned, 511 - turned)


def _picture(card: InputCard, tensor: TensorSpec, index: int) -> npt.NDArray[Any]:
    pixels = golden_pixels(card.width, card.height, card.channels, index)
    table = np.broadcast_to(pixel_table(card, tensor), (256, card.channels))
    values = table[pixels, np.arange(card.channels)]
    if input_layout(card, tensor) == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values).reshape(tensor.shape)


def _spread(tensor: TensorSpec, index: int) -> npt.NDArray[Any]:
    pixels = golden_pixels(max(1, tensor.size), 1, 1, index).reshape(tensor.shape)
    levels = pixels.astype(np.int64)
    if tensor.dtype.kind == "f":
        return ((levels - 128) / 127.0).astype(tensor.dtype)
    if tensor.dtype.kind == "b":
        return levels > 127
    limits = np.iinfo(tensor.dtype)
    if tensor.is_quantized:
        span = int(limits.max) - int(limits.min)
        return (int(limits.min) + levels * span // 255).astype(tensor.dtype)
    # Token or index inputs: small numbers exist in every vocabulary.
    return (levels % 2).astype(tensor.dtype)
