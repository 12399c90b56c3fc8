"""The eight golden inputs: a formula that never changes."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from edgevision.runtime.golden.inputs import COUNT, golden_inputs, golden_pixels
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import InputCard

CARD = InputCard(16, 12)


def spec(name, shape, dtype="uint8", scale=1 / 256, zero_point=0):
    return TensorSpec(name, 0, shape, np.dtype(dtype), scale, zero_point)


IMAGE = spec("image", (1, 12, 16, 3), scale=1.0)


DIGEST = "04fb36e111bda52a2bafed233e8481357c8d1ee2cb4be9975f79b74638a7e112"


def test_the_formula_never_changes():
    # Stored answers belong to these bytes: another digest needs another FORMULA.
    digest = hashlib.sha256()
    for index in range(COUNT):
        digest.update(golden_pixels(37, 23, 3, index).tobytes())
    assert digest.hexdigest() == DIGEST


def test_the_eight_pictures_differ_and_use_the_range():
    pictures = [golden_pixels(32, 32, 3, i).astype(int) for i in range(COUNT)]
    for i, one in enumerate(pictures):
        assert one.max() - one.min() > 90
        for other in pictures[:i]:
            assert np.abs(one - other).mean() > 15


@given(
    st.integers(1, 70), st.integers(1, 70), st.sampled_from((1, 3)), st.integers(0, 7)
)
def test_any_size_has_its_pictures(width, height, channels, index):
    picture = golden_pixels(width, height, channels, index)
    assert picture.shape == (height, width, channels)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_pictures_are_smooth_and_go_through_the_cards_table(dtype):
    card = InputCard(16, 12, mean=(127.5,), std=(127.5,))
    tensor = spec("i", (1, 12, 16, 3), dtype, 0.0 if dtype == "float32" else 1 / 127.5)
    (values,) = golden_inputs([tensor], card, 3)
    assert values.shape == tensor.shape
    assert values.dtype == dtype
    if dtype == "float32":
        pixels = golden_pixels(16, 12, 3, 3).astype(np.float32)
        assert values[0].tolist() == ((pixels - 127.5) / np.float32(127.5)).tolist()


def test_planes_and_inputs_that_are_no_picture_are_filled():
    (planes,) = golden_inputs([spec("i", (1, 3, 12, 16), scale=1.0)], CARD, 2)
    (rows,) = golden_inputs([IMAGE], CARD, 2)
    assert planes[0].transpose(1, 2, 0).tolist() == rows[0].tolist()
    tensors = [
        spec("latent", (1, 100), "float32", 0.0),
        spec("meta", (1, 7), "int8", 0.1),
        spec("tokens", (1, 5), "int32", 0.0),
        spec("flag", (1, 5), "bool", 0.0),
    ]
    for index in range(COUNT):
        made = golden_inputs(tensors, None, index)
        for values, tensor in zip(made, tensors, strict=True):
            assert values.shape == tensor.shape
            assert values.dtype == tensor.dtype
        assert np.abs(made[0]).max() <= 1.01
