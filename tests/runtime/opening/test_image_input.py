"""The input that takes the picture, and those beside it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from edgevision.runtime.opening.image_input import (
    find_image_input,
    no_image_input,
    refuse_without_pictures,
)
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

from edgevision.errors import UnsupportedModelError


def test_the_picture_goes_into_the_only_input_of_its_shape():
    image = find_image_input(ModelFile.from_bytes(tiny_classifier(size=(5, 7))))
    assert image is not None
    assert (image.height, image.width, image.channels) == (5, 7, 3)


def spec(*shape):
    return TensorSpec("x", 0, shape, np.dtype("float32"))


@pytest.mark.parametrize(
    ("shape", "color", "size", "expected"),
    [
        ((1, 28, 24), None, None, None),
        ((1, 28, 24), "gray", None, (28, 24, 1)),
        ((1, 28, 24), None, (24, 28), (28, 24, 1)),
        ((1, 28, 24), None, (28, 24), None),
        ((1, 784), None, None, None),
        ((1, 784), "gray", None, None),  # 28x28, 56x14 ...: nothing says which
        ((1, 784), None, (28, 28), (28, 28, 1)),
        ((1, 2352), None, (28, 28), (28, 28, 3)),
        ((1, 785), None, (28, 28), None),
        ((1, 3, 8, 6), None, None, (8, 6, 3)),
        ((1, 1, 1, 100), None, None, None),  # a vector, no picture of one row
        ((4, 8, 6, 3), None, None, None),
    ],
)
def test_what_makes_a_picture_of_an_input(shape, color, size, expected):
    model = SimpleNamespace(inputs=(spec(*shape),))
    image = find_image_input(model, color, size=size)
    got = None if image is None else (image.height, image.width, image.channels)
    assert got == expected


@pytest.mark.parametrize(
    ("shape", "cure"),
    [
        ((1, 28, 24), "24x28 pixels, pass --color gray"),
        ((1, 784), "such as --input-size 28x28"),
        ((1, 2352), "such as --input-size 28x28"),
        ((1, 2, 2, 2, 2), "from Python with arrays"),
        # Joints, words and measurements, as published files have them.
        ((1, 11), "was expected. Run it from Python"),
        ((1, 42), "was expected. Run it from Python"),
        ((1, 63), "was expected. Run it from Python"),
        ((1, 1, 268), "was expected. Run it from Python"),
    ],
)
def test_the_sentence_says_how_numbers_become_a_picture(shape, cure):
    tensor = SimpleNamespace(type_name="FLOAT32")
    model = SimpleNamespace(
        name="net.tflite", inputs=(spec(*shape),), input_tensors=(tensor,)
    )
    assert cure in no_image_input(model)


@pytest.mark.parametrize(
    ("shape", "refused"),
    [
        ((16000, 1), True),  # sounds
        ((), True),
        ((15600,), True),
        ((1, 784), False),  # pixels in a row, if somebody says so
        ((1, 28, 28), False),
        ((4, 8, 6, 3), False),
    ],
)
def test_a_file_without_any_picture_is_refused_before_it_is_tried(shape, refused):
    tensor = SimpleNamespace(shape=shape, shape_signature=(), type_name="FLOAT32")
    model = SimpleNamespace(
        name="net.tflite", card=None, inputs=(spec(*shape),), input_tensors=(tensor,)
    )
    if not refused:
        refuse_without_pictures(model)
        return
    with pytest.raises(UnsupportedModelError, match="has no image input"):
        refuse_without_pictures(model)
