"""A question holds all flags that are missing, those of the pixels too."""

from __future__ import annotations

from pathlib import Path

import pytest
from edgevision.runtime.opening.caller import (
    outputs_question,
    picture_question,
    pixels_question,
)
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.tflite import ModelFile


def model(shared: Path, name: str) -> ModelFile:
    return ModelFile.open(shared / f"tflite-foreign/{name}.tflite")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kind_donkey", "--task values --option names=angle,throttle"),
        ("kind_age_gender", "--head first=classification --head second="),
        ("kind_batch4", "Pass"),
    ],
)
def test_outputs_are_asked_for(shared: Path, name: str, words: str) -> None:
    assert words in outputs_question(model(shared, name))


def test_the_pixels_are_asked_for_in_the_same_sentence(shared: Path) -> None:
    open_pixels = model(shared, "kind_donkey")
    asked = pixels_question(open_pixels, OpenOptions(), None, None)
    assert "takes pixels: --normalize unit" in asked
    said = OpenOptions(normalize="unit")
    assert pixels_question(open_pixels, said, None, None) == ""
    # An int8 input that holds 0..1 proves its own.
    assert pixels_question(model(shared, "fomo"), OpenOptions(), None, None) == ""


def test_inputs_beside_the_picture_are_asked_for(shared: Path) -> None:
    style = model(shared, "style_transfer")
    asked = picture_question(style, OpenOptions())
    assert "=vector.npy" in asked
    assert "--normalize" in asked
    assert "--normalize" not in picture_question(style, OpenOptions(normalize="unit"))
    gray = picture_question(model(shared, "kind_mnist_28x28"), OpenOptions())
    assert "--color gray" in gray
    assert "takes pixels: --normalize unit" in gray
