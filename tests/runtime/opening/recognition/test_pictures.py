"""A picture is proven by its size or by TANH, and is asked for otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.opening.recognition.pictures import find_picture, prove_pixels
from support.graphs import Graph, Operation

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
