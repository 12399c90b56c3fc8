"""A reader of a line of text is asked for its alphabet and its blank."""

from __future__ import annotations

from typing import Any

import pytest
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.opening.recognition.text import find_text
from support.graphs import Graph, Operation

from edgevision.errors import UnsupportedModelError

LINE = (1, 32, 200, 1)


def net(
    shape: tuple[int, ...],
    name: str,
    picture: tuple[int, ...] = LINE,
    kind: str = "float32",
) -> Any:
    operators = [Operation(name, (8,), (9,))]
    return Graph([(9, shape)], operators, picture=picture, kind=kind)


def question(graph: Any) -> str:
    with pytest.raises(UnsupportedModelError) as error:
        recognise(graph)
    return str(error.value)


@pytest.mark.parametrize("shape", [(1, 50, 37), (50, 1, 37), (1, 1, 50, 37)])
def test_a_softmax_per_step_of_a_long_picture_reads_text(shape: Any) -> None:
    asked = question(net(shape, "SOFTMAX"))
    assert "a softmax over 37 classes for each of 50 steps" in asked
    for cure in ("blank=last", "blank=first", "reader=argmax", "--labels FILE"):
        assert cure in asked
    assert "--option alphabet=0123456789abcdefghijklmnopqrstuvwxyz" in asked


def test_logits_of_lprnet_are_read_by_columns() -> None:
    asked = question(net((1, 71, 18), "MEAN", (1, 24, 94, 3)))
    assert "71 classes for each of 18 steps" in asked
    assert "--option blank=last --option steps=columns" in asked


def test_class_numbers_are_a_line() -> None:
    asked = question(net((1, 50), "ARG_MAX", kind="int64"))
    assert "a class for each of 50 steps" in asked
    assert "blank=first" in asked
    # A loop that has dropped the repeats ends in something else.
    asked = question(net((1, 48), "SCATTER_ND", kind="int64"))
    assert "reader=argmax" in asked
    assert "blank" not in asked


@pytest.mark.parametrize(
    "graph",
    [
        net((1, 50, 37), "SOFTMAX", (1, 200, 200, 3)),  # as high as long
        net((1, 300, 37), "SOFTMAX"),  # more steps than columns
        net((1, 50, 5), "SOFTMAX"),  # five characters
        net((1, 37), "SOFTMAX"),  # one character
        net((1, 32, 200, 37), "SOFTMAX"),  # a map
        net((1, 50), "ARG_MAX"),  # floats
    ],
)
def test_what_is_no_reader(graph: Any) -> None:
    assert find_text(graph) is None


def test_steps_that_only_the_interpreter_knows() -> None:
    """As in the published reader of captchas: 1x-1x20 for a picture 200x50."""
    graph = net((1, 1, 20), "SOFTMAX", (1, 200, 50, 1))
    graph.output_tensors[0].shape_signature = (-1, -1, 20)
    assert "a softmax over 20 classes for each step" in question(graph)


def test_a_map_of_four_channels_is_no_line() -> None:
    assert find_text(net((1, 256, 16), "RESHAPE", (1, 256, 256, 4))) is None
    assert "may read text" in question(net((1, 18, 71), "MEAN", (1, 24, 94, 3)))
