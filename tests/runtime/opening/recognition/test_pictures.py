"""A picture is proven by its size or by TANH, and is asked for otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.opening.recognition.pictures import find_picture, prove_pixels
from edgevision.runtime.tflite import ModelFile
from support.graphs import Graph, Operation
from support.tiny_tflite import ADD, LOGISTIC, Tensor, build
from support.tiny_tflite import Operator as Operator_

from edgevision.errors import UnsupportedModelError


def net(
    shape: tuple[int, ...], name: str, picture: tuple[int, ...] = (1, 50, 50, 3)
) -> Any:
    return Graph([(9, shape)], [Operation(name, (8,), (9,))], picture=picture)


@pytest.mark.parametrize("name", ["RESIZE_BILINEAR", "DEPTH_TO_SPACE", "CONV_2D"])
@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_larger_picture_is_super_resolution(name: str, times: int) -> None:
    answer = find_picture(net((1, 50 * times, 50 * times, 3), name))
    assert answer is not None
    assert answer.decoder == "image"
    assert f"{times} times the size" in answer.evidence
    assert answer.is_proven


@pytest.mark.parametrize(
    ("name", "std"), [("TANH", 127.5), ("LOGISTIC", 255.0)], ids=["tanh", "sigmoid"]
)
def test_the_last_operation_says_which_values_are_white(name: str, std: float) -> None:
    graph = net((1, 50, 50, 3), name)
    answer = recognise(graph)
    assert answer is not None
    assert (answer.decoder, answer.is_proven) == ("image", name == "TANH")
    assert prove_pixels(graph)[0]["std"] == std


def test_three_numbers_per_pixel_are_asked_for() -> None:
    with pytest.raises(UnsupportedModelError) as error:
        recognise(net((1, 50, 50, 3), "CONV_2D"))
    for cure in ("--task image --option pixels=unit", "--task segmentation"):
        assert cure in str(error.value)


@pytest.mark.parametrize(
    "shape", [(1, 75, 75, 3), (1, 50, 100, 3), (1, 25, 25, 3), (1, 50, 50, 5)]
)
def test_what_is_no_picture(shape: tuple[int, ...]) -> None:
    assert find_picture(net(shape, "CONV_2D")) is None


def test_a_softmax_is_no_picture() -> None:
    answer = recognise(net((1, 50, 50, 3), "SOFTMAX"))
    assert answer is not None
    assert answer.decoder == "segmentation"


def held(*steps: tuple[int, float | None]) -> ModelFile:
    """Return a file whose operations follow each other, some with a constant."""
    shape = (1, 8, 8, 3)
    tensors = [Tensor(shape)]
    operators = []
    for code, constant in steps:
        inputs = [len(tensors) - 1]
        if constant is not None:
            tensors.append(Tensor((), data=np.float32(constant).reshape(1)))
            inputs = [len(tensors) - 2, len(tensors) - 1]
        tensors.append(Tensor(shape))
        operators.append(Operator_(code, inputs, [len(tensors) - 1]))
    data = build(tensors, operators, [0], [len(tensors) - 1])
    return ModelFile.from_bytes(data)


_MUL, _RELU, _TANH, _MAXIMUM, _MINIMUM = 18, 19, 28, 55, 57


@pytest.mark.parametrize(
    ("steps", "std"),
    [
        (((_MAXIMUM, 0.0), (_MINIMUM, 255.0)), 1.0),  # clipped, as ESRGAN's
        (((_RELU, None), (_MINIMUM, 255.0)), 1.0),
        (((_TANH, None), (ADD, 1.0), (_MUL, 127.5)), 1.0),
        (((LOGISTIC, None), (_MUL, 255.0)), 1.0),
        (((_MAXIMUM, 0.0), (_MINIMUM, 1.0)), 255.0),
        (((_MAXIMUM, -1.0), (_MINIMUM, 1.0)), 127.5),
        (((_MUL, 255.0),), None),
        (((_RELU, None),), None),
    ],
)
def test_what_holds_the_output_says_which_values_are_white(
    steps: tuple[tuple[int, float | None], ...], std: float | None
) -> None:
    model = held(*steps)
    assert prove_pixels(model)[0].get("std") == std
    if std == 1.0:
        answer = recognise(model)
        assert answer is not None
        assert "held in 0..255" in answer.evidence
