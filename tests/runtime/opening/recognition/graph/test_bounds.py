"""Bounds of a tensor hold whatever the activations are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.opening.recognition.graph import value_bounds
from edgevision.runtime.tflite import ModelFile
from hypothesis import given, settings
from hypothesis import strategies as st
from support.expressions import model_of


def bounds(expression: str, tensor: str = "1x8") -> tuple[float, float]:
    model = model_of(["1x8x8x3 uint8 0..255"], [("out", tensor, expression)])
    return value_bounds(model, model.output_tensors[0].index)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("LOGISTIC(image)", (0, 1)),
        ("MUL(ADD(LOGISTIC(CONV_2D(image)), 0.5), 32)", (16, 48)),
        ("SUB(3, LOGISTIC(image))", (2, 3)),
        ("MUL(TANH(image), -2)", (-2, 2)),
        ("SQUARE(TANH(image))", (0, 1)),
        ("MUL(SUB(LOGISTIC(image), 0.5), SUB(LOGISTIC(image), 0.5))", (0, 0.25)),
        ("POW(MUL(LOGISTIC(image), 2), 2)", (0, 4)),
        ("DIV(LOGISTIC(image), 4)", (0, 0.25)),
        ("MAXIMUM(TANH(image), 0)", (0, 1)),
        ("CONCATENATION(4:LOGISTIC(image), 4:MUL(LOGISTIC(image), 7))", (0, 7)),
        ("RESHAPE(RELU6(image))", (0, 6)),
    ],
)
def test_bounds_follow_from_known_activations(expression, expected):
    assert bounds(expression) == pytest.approx(expected)


@pytest.mark.parametrize(
    "expression",
    ["CONV_2D(image)", "MUL(CONV_2D(image), 2)", "DIV(1, TANH(image))", "COS(image)"],
)
def test_what_nothing_bounds_is_infinite(expression):
    assert bounds(expression) == (-math.inf, math.inf)
    low, high = bounds("EXP(CONV_2D(image))")
    assert (low, high) == (0.0, math.inf) or low == -math.inf


def test_a_quantized_tensor_bounds_itself():
    low, high = bounds("CONV_2D(image)", "1x8 int8 -3..5")
    assert (low, high) == pytest.approx((-3, 5), abs=0.05)


NUMBERS = st.floats(-4, 4).map(lambda number: round(number, 2))


@settings(max_examples=60, deadline=None)
@given(first=NUMBERS, second=NUMBERS, share=st.floats(0, 1), data=st.data())
def test_a_value_is_never_outside(first, second, share, data):
    """The oracle: the same arithmetic on one possible activation."""
    name = data.draw(st.sampled_from(["ADD", "SUB", "MUL", "MINIMUM", "MAXIMUM"]))
    other = data.draw(st.sampled_from(["ADD", "SUB", "MUL"]))
    kinds = {
        "ADD": np.add,
        "SUB": np.subtract,
        "MUL": np.multiply,
        "MINIMUM": np.minimum,
        "MAXIMUM": np.maximum,
    }
    low, high = bounds(f"{name}({other}(LOGISTIC(image), {first}), {second})")
    value = kinds[name](kinds[other](share, first), second)
    assert low - 1e-5 <= value <= high + 1e-5


def test_real_heads_reach_what_their_constants_say(shared):
    from edgevision.runtime.opening.recognition.graph import channel_parts

    path = shared / "models/yolov8n_640_int8_float_io.tflite"
    model = ModelFile.open(path)
    parts = channel_parts(model, model.output_tensors[0].index, 84)
    low, high = value_bounds(model, parts[0].tensor)
    # Centers: 15 strides of 32 pixels beyond a picture of 640, halved, at most.
    assert (low, high) == pytest.approx((-0.36875, 1.36875), abs=1e-4)
    assert [part.width for part in parts] == [2, 2, 80]
