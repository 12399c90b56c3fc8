"""The input that takes the picture, and what its range proves."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.opening.image_input import (
    find_image_input,
    prove_from_tensor,
    real_range,
)
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

from edgevision.errors import UnsupportedModelError


def spec(dtype, scale=0.0, zero_point=0):
    return TensorSpec("x", 0, (1, 4, 4, 3), np.dtype(dtype), scale, zero_point)


def test_the_picture_goes_into_the_only_input_of_its_shape():
    image = find_image_input(ModelFile.from_bytes(tiny_classifier(size=(5, 7))))
    assert image is not None
    assert (image.height, image.width, image.channels) == (5, 7, 3)


def test_an_input_of_any_size_is_a_sentence():
    data = tiny_classifier(signature=(1, -1, -1, 3))
    with pytest.raises(UnsupportedModelError, match="pictures of any size"):
        find_image_input(ModelFile.from_bytes(data))


@pytest.mark.parametrize(
    ("tensor", "mean", "std"),
    [
        (spec("uint8"), 0.0, 1.0),  # without a scale: raw pixels
        (spec("uint8", 1.0), 0.0, 1.0),
        (spec("uint8", 1 / 255), 0.0, 255.0),
        (spec("int8", 1 / 255, -128), 0.0, 255.0),
        (spec("int8", 1 / 127.5, -1), 127.5, 127.5),
    ],
)
def test_a_range_proves_its_normalization(tensor, mean, std):
    proven = prove_from_tensor(tensor)
    assert proven is not None
    assert (proven.mean, proven.std) == ((mean,), (std,))


@pytest.mark.parametrize(
    "tensor",
    [spec("float32"), spec("uint8", 0.1), spec("int16", 1 / 32768), spec("int8")],
)
def test_other_ranges_prove_nothing(tensor):
    assert prove_from_tensor(tensor) is None


def test_the_range_is_that_of_the_integers():
    low, high = real_range(spec("int8", 0.5, -128))
    assert (low, high) == (0.0, 127.5)
