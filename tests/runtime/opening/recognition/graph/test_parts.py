"""The parts that a graph joins to an output's channels."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.recognition.graph import (
    channel_parts,
    operations_behind,
)
from support.expressions import model_of

IMAGE = ["1x320x320x3 uint8 0..255"]


@pytest.mark.parametrize(
    ("tensor", "expression", "width", "expected"),
    [
        (
            "1x84x2100",
            "CONCATENATION(2:MUL(image), 2:SUB(image), 80:LOGISTIC(image))",
            84,
            [(2, "MUL"), (2, "SUB"), (80, "LOGISTIC")],
        ),
        (  # levels behind each other, each joined before, and reshaped between
            "1x2100x85",
            "QUANTIZE(CONCATENATION(1600:RESHAPE(CONCATENATION:1x1600x1x85("
            "4:MUL(image), 81:LOGISTIC(image))), 400:MUL(image), 100:MUL(image)))",
            85,
            [(4, "MUL"), (81, "LOGISTIC")],
        ),
        (
            "1x2100x56",
            "TRANSPOSE(CONCATENATION:1x56x2100(5:CONCATENATION(4:MUL(image), "
            "1:LOGISTIC(image)), 51:RESHAPE(CONCATENATION:1x17x3x2100(2:ADD(image), "
            "1:LOGISTIC(image)))))",
            56,
            [(4, "MUL"), (1, "LOGISTIC"), (51, "CONCATENATION")],
        ),
        ("1x10", "SOFTMAX(image)", 10, [(10, "SOFTMAX")]),
        ("1x10", "RESHAPE(image)", 10, [(10, "")]),
    ],
)
def test_parts_are_found_behind_what_only_moves(tensor, expression, width, expected):
    model = model_of(IMAGE, [("out", tensor, expression)])
    parts = channel_parts(model, model.output_tensors[0].index, width)
    assert [(part.width, part.maker) for part in parts] == expected


def test_operations_behind_end_where_they_should():
    model = model_of(IMAGE, [("out", "1x4", "MUL(CONV_2D(EXP(image)), ADD(image))")])
    output = model.output_tensors[0].index
    ends = frozenset({"CONV_2D"})
    assert operations_behind(model, output, ends=ends) == {"MUL", "CONV_2D", "ADD"}
    assert "EXP" in operations_behind(model, output, ends=frozenset())
    assert operations_behind(model, output, ends=ends, most=0) == frozenset()
