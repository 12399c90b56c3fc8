"""The card keeps what was put in, and says what is wrong with a bad one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import (
    COLORS,
    RESIZE_RULES,
    ExtraInput,
    InputCard,
    ModelCard,
    OutputCard,
)
from edgevision.errors import ModelCardError

CARD = ModelCard(
    name="net",
    task="classification",
    input=InputCard(32, 24, mean=(1.0, 2.0, 3.0), std=(4.0, 5.0, 6.0)),
    output=OutputCard("classifier", {"top_k": 3}, ("cat", "köttbulle")),
    quantization={"recipe": "int8", "calibration": {"count": 100}},
)


@given(
    width=st.integers(1, 4096),
    height=st.integers(1, 4096),
    color=st.sampled_from(COLORS),
    resize=st.sampled_from(RESIZE_RULES),
    labels=st.lists(st.text(), max_size=5),
    mean=st.floats(-300, 300),
)
def test_a_card_reads_back_equal(width, height, color, resize, labels, mean):
    card = ModelCard(
        "net",
        "classification",
        InputCard(width, height, color, resize, mean=(mean,)),
        OutputCard("classifier", labels=tuple(labels)),
    )
    assert ModelCard.from_json(card.to_json()) == card


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": 99}, "schema 99; this EdgeVision reads up to 1. Upgrade"),
        ({"schema": None}, "no schema number, got None"),
        ({"task": "dreaming"}, "task must be one of classification, .*'dreaming'"),
        ({"input": {"width": 0, "height": 3}}, "at least 1x1, got 0x3"),
        ({"input": {"width": 3.5, "height": 3}}, "width must be an integer, got 3.5"),
        ({"input": {"width": 3, "height": 3, "std": [0]}}, "std must be above 0"),
        ({"input": {"width": 3, "height": 3, "color": "red"}}, "'red'"),
        ({"output": {"labels": []}}, "lacks the field 'decoder'"),
        ({"output": {"decoder": "x", "labels": [1]}}, "expected a text, got 1"),
        ({"check": []}, "check must be an object, got list"),
    ],
)
def test_a_bad_card_is_a_sentence(change, sentence):
    data = json.loads(CARD.to_json()) | change
    with pytest.raises(ModelCardError, match=sentence):
        ModelCard.from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", b"\xff\xfe", "[" * 100_000])
def test_what_is_not_a_card_is_a_sentence(text):
    with pytest.raises(ModelCardError):
        ModelCard.from_json(text)


def test_unknown_fields_of_the_input_are_ignored():
    data = json.loads(CARD.to_json())
    data["input"]["sparkle"] = 1
    assert ModelCard.from_dict(data) == CARD


def test_with_input_changes_one_field_only():
    changed = CARD.with_input(resize="letterbox")
    assert changed.input is not None
    assert changed.input.resize == "letterbox"
    assert changed.with_input(resize="stretch") == CARD


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("input", {"mean": "12"}),
        ("input", {"mean": [float("nan")]}),
        ("input", {"std": [float("inf")]}),
        ("input", {"std": [10**400]}),
        ("output", {"labels": "abc"}),
        ("output", {"labels": {"a": 1}}),
        (None, {"input": ["a"]}),
        (None, {"output": "a"}),
        (None, {"extra_inputs": {"a": 1}}),
        (None, {"extra_inputs": "a"}),
        (None, {"extra_inputs": [5]}),
        (None, {"extra_inputs": None}),
    ],
)
def test_a_text_is_no_list_and_infinity_no_number(part, change):
    """Three labels were made of 'abc', and 10**400 was a traceback."""
    card = ModelCard("n", "classification", InputCard(4, 4), OutputCard("classifier"))
    data = card.to_dict()
    (data if part is None else data[part]).update(change)
    with pytest.raises(ModelCardError):
        ModelCard.from_dict(data)


@pytest.mark.parametrize("value", [1e31, -1e308, float("nan"), float("inf")])
def test_numbers_that_float32_does_not_hold_are_refused(value):
    with pytest.raises(ModelCardError, match=r"mean a number, up to 1e\+30"):
        InputCard(8, 8, mean=(value,))
    with pytest.raises(ModelCardError, match="std must be above 0"):
        InputCard(8, 8, std=(1e-320,))
    if value == float("inf"):
        ExtraInput("age", 1, -1.0, value)  # no file states the range
        return
    with pytest.raises(ModelCardError, match="must have a position and a range"):
        ExtraInput("age", 1, -1.0, abs(value))
