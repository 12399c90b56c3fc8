"""The input that takes the picture, and those beside it."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.image_input import find_image_input
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

from edgevision.errors import UnsupportedModelError


def test_the_picture_goes_into_the_only_input_of_its_shape():
    image = find_image_input(ModelFile.from_bytes(tiny_classifier(size=(5, 7))))
    assert image is not None
    assert (image.height, image.width, image.channels) == (5, 7, 3)


def test_an_input_of_any_size_is_a_sentence():
    data = tiny_classifier(signature=(1, -1, -1, 3))
    with pytest.raises(UnsupportedModelError, match="pictures of any size"):
        find_image_input(ModelFile.from_bytes(data))
