"""Pixels that an 8-bit input takes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...card import InputCard
from ..image import pixel_table
from ..tensors import TensorSpec
from .evidence import Settings


def pass_through(card: InputCard, tensor: TensorSpec) -> InputCard | None:
    """Return the normalization under which an 8-bit input takes pixels as they are.

    A range of -1..1 has no exact middle among 256 integers, so a tensor that was made
    for it lies half a level beside the pixels. Feeding the pixels themselves is then as
    close as the table is, costs nothing, and is what other runtimes do.

    Args:
        card: With the normalization that is known.
        tensor: The input.

    Returns:
        The card with the mean and std that the tensor itself states; None when the
        pixels would be more than one level off, or the input is not 8-bit.
    """
    if not tensor.is_quantized or tensor.dtype.itemsize != 1:
        return None
    low = int(np.iinfo(tensor.dtype).min)
    table = pixel_table(card, tensor).astype(np.int64) - low
    if np.abs(table - np.arange(256)[:, np.newaxis]).max() > 1:
        return None
    mean, std = float(tensor.zero_point - low), 1.0 / tensor.scale
    return replace(card, mean=(mean,), std=(std,))


def with_raw_pixels(settings: Settings, inputs: Sequence[TensorSpec]) -> Settings:
    """Return settings that feed pixels as they are, where these fit the tensor.

    Args:
        settings: Those of a file without a card.
        inputs: The interpreter's inputs.
    """
    known = settings.card.input
    if known is None or len(inputs) != 1:
        return settings
    raw = pass_through(known, inputs[0])
    if raw is None or (raw.mean, raw.std) == (known.mean, known.std):
        return settings
    words = settings.evidence.get("normalization", "")
    return replace(
        settings,
        card=replace(settings.card, input=raw),
        evidence={
            **settings.evidence,
            "normalization": f"{words}; pixels are fed as they are, within one level",
        },
    )
