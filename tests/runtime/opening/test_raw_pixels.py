"""Pixels that an input takes as they are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from edgevision.runtime.image.preprocess import pixel_table
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening.raw_pixels import pass_through
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point", "mean", "std", "fits"),
    [
        ("uint8", 1 / 127.5, 127, 127.5, 127.5, True),  # signed, half a level beside
        ("uint8", 1 / 127.5, 128, 127.5, 127.5, True),
        ("int8", 1 / 127.5, -1, 127.5, 127.5, True),
        ("int8", 1 / 255, -128, 0.0, 255.0, True),
        ("uint8", 1.0, 0, 0.0, 1.0, True),
        ("uint8", 1.0, 0, 0.0, 255.0, False),
        ("uint8", 1.0, 2, 0.0, 1.0, False),  # two levels off
        ("int16", 1.0, 0, 0.0, 1.0, False),
        ("float32", 0.0, 0, 0.0, 1.0, False),
    ],
)
def test_pixels_pass_through_where_that_is_within_a_level(
    dtype, scale, zero_point, mean, std, fits
):
    card = InputCard(4, 4, mean=(mean,), std=(std,))
    tensor = TensorSpec(
        "image", 0, (1, 4, 4, 3), np.dtype(dtype), float(np.float32(scale)), zero_point
    )
    raw = pass_through(card, tensor)
    assert (raw is not None) == fits
    if raw is not None:
        low = np.iinfo(dtype).min
        exact = pixel_table(raw, tensor)[:, 0].astype(int)
        assert exact.tolist() == list(range(low, low + 256))
        assert dataclasses.replace(raw, mean=card.mean, std=card.std) == card
