"""Inputs beside the picture from files, pictures and other models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.opening.caller import input_values
from edgevision.runtime.opening.caller.extra_values import inputs_question
from edgevision.runtime.opening.open_file import open_model
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.tensors.spec import TensorSpec
from support.tiny_models import tiny_classifier

import edgevision
from edgevision.card import InputCard
from edgevision.errors import ModelError, SourceError, UnsupportedModelError

FLOAT = np.dtype(np.float32)
FRAME = TensorSpec("frame", 0, (1, 8, 8, 3), FLOAT)
STYLE = TensorSpec("style", 1, (1, 1, 1, 48), FLOAT)
OTHER = TensorSpec("other", 2, (1, 4, 2, 3), FLOAT)
BYTES = TensorSpec("bytes", 3, (1, 4, 2, 1), np.dtype(np.uint8), 1 / 255, 0)
UNIT = InputCard(8, 8, std=(255.0,))


def values(
    inputs: dict[str, Any], card: InputCard | None = UNIT
) -> tuple[dict[str, Any], tuple[str, ...]]:
    tensors = [FRAME, STYLE, OTHER, BYTES]
    options = OpenOptions(inputs=inputs, trust=True)
    return input_values(tensors, card, options, open_model)


@pytest.fixture
def red(tmp_path: Path) -> str:
    picture = np.zeros((6, 6, 3), np.uint8)
    picture[..., 2] = 255
    cv2.imwrite(str(tmp_path / "red.png"), picture)
    return str(tmp_path / "red.png")


def test_numbers_stay_and_a_numpy_file_is_read(tmp_path: Path) -> None:
    vector = np.arange(48, dtype=np.float64)
    np.save(tmp_path / "v.npy", vector)
    read, assumed = values({"style": str(tmp_path / "v.npy"), "other": 0.5})
    np.testing.assert_array_equal(read["style"], vector)
    assert read["other"] == 0.5
    assert assumed == ()


def test_a_picture_has_the_size_of_its_input_and_the_values_of_the_frame(
    red: str,
) -> None:
    read, assumed = values({"other": red})
    expected = np.broadcast_to(np.float32([1, 0, 0]), (1, 4, 2, 3))
    np.testing.assert_array_equal(read["other"], expected)
    assert "'other' has pixel values as the frame has them" in assumed[0]
    # A quantized input proves its own: 0..1, and gray is 0.299 of red.
    read, assumed = values({"bytes": red}, InputCard(8, 8))
    np.testing.assert_allclose(read["bytes"], 76 / 255, atol=0.002)
    assert assumed == ()


def test_another_model_answers_for_a_picture(red: str, tmp_path: Path) -> None:
    """A model that reshapes its 4x4 picture gives its 48 pixels, RGB."""
    path = tmp_path / "predict.tflite"
    path.write_bytes(tiny_classifier())
    read, assumed = values({"style": f"@{path}:{red}"})
    np.testing.assert_array_equal(read["style"].reshape(16, 3), [[255, 0, 0]] * 16)
    assert assumed == ()
    # A float model proves no pixels: those of the frame are taken, and it is said.
    path.write_bytes(tiny_classifier(kind="FLOAT32", scale=0))
    read, assumed = values({"style": f"@{path}:{red}"})
    np.testing.assert_array_equal(read["style"].reshape(16, 3), [[1, 0, 0]] * 16)
    assert assumed == (
        "predict.tflite takes pixels as the frame's model does (unit); nothing in the "
        "file says so.",
    )


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("style", "{red}", ValueError, "takes 1x1x1x48 numbers, and .* is a picture"),
        ("style", "@{red}", ValueError, "is not @MODEL.tflite:PICTURE"),
        ("style", "@no.tflite:no.png", SourceError, "no such file"),
        ("other", "no.jpg", SourceError, "no such file"),
        ("style", "{folder}/few.npy", ModelError, "holds 3 values of type float64"),
        ("style", "{folder}/large.npy", ModelError, "is too large for the input"),
        ("style", "{folder}/objects.npy", ModelError, "Cannot read the numbers"),
        ("style", "{folder}/no.npy", ModelError, "Cannot read the numbers"),
        ("other", "@{folder}/predict.tflite:{red}", ModelError, "answers with 1x48"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    name: str,
    value: str,
    error: type[Exception],
    words: str,
    red: str,
    tmp_path: Path,
) -> None:
    np.save(tmp_path / "few.npy", np.zeros(3))
    np.save(tmp_path / "large.npy", np.zeros(10_000))
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    (tmp_path / "predict.tflite").write_bytes(tiny_classifier())
    place = value.format(red=red, folder=tmp_path)
    with pytest.raises(error, match=words):
        values({name: place})


def test_the_question_names_a_flag_for_each_input() -> None:
    asked = inputs_question("net.tflite", [FRAME, STYLE], {})
    assert "'style' 1x1x1x48 beside the frame, which 'frame' 1x8x8x3 takes" in asked
    assert "--input style=vector.npy" in asked
    asked = inputs_question("net.tflite", [FRAME, OTHER], {})
    assert "--input other=picture.jpg" in asked
    assert inputs_question("net.tflite", [FRAME, STYLE], {"style": 0}) == ""
    assert inputs_question("net.tflite", [STYLE], {}) == ""


def test_a_style_net_takes_its_style_from_a_file(shared: Path, tmp_path: Path) -> None:
    path = shared / "tflite-foreign/style_transfer.tflite"
    name = "mobilenet_conv/Conv/BiasAdd"
    with pytest.raises(UnsupportedModelError, match=f"Pass --input {name}=vector.npy"):
        edgevision.load_model(path, trust=True)
    vector = np.linspace(-1, 1, 100, dtype=np.float32)
    np.save(tmp_path / "style.npy", vector)
    place = str(tmp_path / "style.npy")
    inputs = {name: place}
    with edgevision.load_model(
        path, normalize="unit", inputs=inputs, trust=True
    ) as model:
        styled = model(shared / "images/face.jpg").image
        filled = model.interpreter.input(1).copy()
    np.testing.assert_array_equal(filled.reshape(-1), vector)
    assert styled.shape == (384, 384, 3)
    assert styled.std() > 10  # a picture, neither black nor one colour
