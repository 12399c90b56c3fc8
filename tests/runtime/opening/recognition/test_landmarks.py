"""Landmark nets are known by all of their outputs together."""

from __future__ import annotations

from typing import Any

import pytest
from edgevision.runtime.opening.recognition import proven_options, recognise
from edgevision.runtime.opening.recognition.landmarks import find_landmarks
from support.graphs import Graph, Operation

from edgevision.errors import UnsupportedModelError

HAND = [(1, 63), (1, 1), (1, 1), (1, 63)]
IDENTITIES = ["Identity", "Identity_1", "Identity_2", "Identity_3"]
ATTENTION = {
    "output_mesh_identity": 1404,
    "output_lips": 160,
    "output_left_eye": 142,
    "output_right_eye": 142,
    "output_left_iris": 10,
    "output_right_iris": 10,
    "conv_faceflag": 1,
}


def graph(shapes, side, names=(), operations=None) -> Any:
    operations = operations or ["CONV_2D"] * len(shapes)
    outputs = [(10 + i, tuple(shape)) for i, shape in enumerate(shapes)]
    operators = [Operation(name, (1,), (10 + i,)) for i, name in enumerate(operations)]
    return Graph(outputs, operators, side=side, names=names)


@pytest.mark.parametrize(
    ("shapes", "side", "kind", "roles"),
    [
        ([(1, 1, 1, 1404), (1, 1, 1, 1)], 192, "face", "points presence"),
        ([(1, 1), (1, 1404)], 192, "face", "presence points"),
        (
            [(1, 1, 1, 1434), (1, 1, 1, 1), (1, 1)],
            256,
            "face",
            "points presence other",
        ),
        (HAND, 224, "hand", "points presence handedness world"),
        ([(1, 213), (1, 15)], 64, "iris", "points iris"),
        (
            [(1, 195), (1, 1), (1, 256, 256, 1), (1, 64, 64, 39), (1, 117)],
            256,
            "pose",
            "points presence mask heatmap world",
        ),
        (
            [(1, 117), (1, 64, 64, 39), (1, 256, 256, 1), (1, 1), (1, 195)],
            256,
            "pose",
            "world heatmap mask presence points",
        ),
    ],
)
def test_published_nets_are_known_whatever_the_order(shapes, side, kind, roles):
    known = recognise(graph(shapes, side))
    assert known is not None
    assert (known.decoder, known.normalize) == ("landmarks", "unit")
    assert (known.resize, known.color) == ("letterbox", "rgb")
    assert known.options["kind"] == kind
    assert known.options["roles"] == roles.split()
    assert known.notes


def test_names_say_which_of_two_equal_outputs_is_which():
    names = [f"Identity{number}:0" for number in ("_3", "_1", "_2", "")]
    known = recognise(graph(HAND, 224, names))
    assert known is not None
    assert known.options["roles"] == ["world", "presence", "handedness", "points"]
    backwards = dict(reversed(ATTENTION.items()))
    shapes = [(1, 1, 1, size) for size in backwards.values()]
    known = recognise(graph(shapes, 192, list(backwards)))
    assert known is not None
    assert known.options["roles"] == [
        *("presence", "right_iris", "left_iris", "right_eye", "left_eye"),
        *("lips", "points"),
    ]


@pytest.mark.parametrize(
    ("sizes", "side", "names"),
    [
        ((63, 1), 256, ["ld_21_3d", "output_handflag"]),
        ((63, 1, 1), 224, ["ld_21_3d", "output_handflag", "output_handedness"]),
        ((195, 1), 256, ["ld_3d", "output_poseflag"]),
    ],
)
def test_names_prove_what_sizes_alone_do_not(sizes, side, names):
    known = recognise(graph([(1, size) for size in sizes], side, names))
    assert known is not None
    assert known.decoder == "landmarks"


def test_an_order_that_nothing_proves_is_a_question():
    shapes = [HAND[1], HAND[0], HAND[2], HAND[3]]
    with pytest.raises(
        UnsupportedModelError, match=r"which is points and which is world"
    ):
        recognise(graph(shapes, 224))


@pytest.mark.parametrize(
    ("shapes", "side", "operations"),
    [
        ([(1, 136)], 112, ["FULLY_CONNECTED"]),  # 68 points, or 136 logits
        ([(1, 63), (1, 1)], 224, None),  # 63 classes and a number
        ([(1, 63), (1, 1), (1, 1)], 224, None),
        ([(1, 195), (1, 1)], 256, None),
        (HAND, 320, None),  # no input of a hand net
        (HAND, 224, ["SOFTMAX", "LOGISTIC", "LOGISTIC", "CONV_2D"]),
        ([(1, 1403), (1, 1)], 192, None),
    ],
)
def test_what_may_be_something_else_is_no_landmark_net(shapes, side, operations):
    assert find_landmarks(graph(shapes, side, operations=operations)) is None


@pytest.mark.parametrize(
    ("operation", "activation"),
    [("CONV_2D", "sigmoid"), ("LOGISTIC", "none"), ("DIV", None)],
)
def test_the_last_operation_says_whether_the_presence_is_a_score(operation, activation):
    shapes = [(1, 1404), (1, 1)]
    known = recognise(graph(shapes, 192, operations=["CONV_2D", operation]))
    assert known is not None
    assert known.options.get("activation") == activation


@pytest.mark.parametrize(
    ("operation", "units"),
    [("LOGISTIC", "normalized"), ("TANH", "signed"), ("CONV_2D", None)],
)
def test_the_last_operation_says_the_unit_of_a_vector_of_points(operation, units):
    vector = graph([(1, 42)], 112, operations=[operation])
    options, evidence = proven_options(vector, "landmarks", 21)
    assert options.get("units") == units
    assert (options["values"], evidence["values"]) == (2, "42 values and 21 labels")
    assert evidence["order"] == "assumed"
