"""Numbers for the inputs beside the picture."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model.model import Model
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import ExtraInput, InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError, UnsupportedModelError

SPEED = TensorSpec("speed", 0, (1, 2), np.dtype(np.int8), 0.5, -3)
VIEW = TensorSpec("view", 1, (1, 4, 4, 3), np.dtype(np.uint8), 1.0, 0)
SCORES = TensorSpec("scores", 2, (1, 3), np.dtype(np.float32), 0.0, 0)
PICTURE = np.full((4, 4, 3), 200, np.uint8)


def card(*extras: ExtraInput) -> ModelCard:
    output = OutputCard("classifier", {"activation": "none"})
    return ModelCard(
        "pair", "classification", InputCard(4, 4), output, extra_inputs=extras
    )


@pytest.fixture
def seen():
    return []


@pytest.fixture
def model(seen):
    """Return a model of a number and a picture, in this order, that notes both."""

    def compute(speed, view):
        seen.append((speed.copy(), view.copy()))
        return [np.array([[0.2, 0.5, 0.3]], np.float32)]

    extras = card(ExtraInput("speed", 0, 0.0, 4.0))
    fake = FakeInterpreter([SPEED, VIEW], [SCORES], compute)
    with Model(extras, fake) as pair:
        yield pair


@pytest.mark.parametrize(
    ("value", "bytes_seen"),
    [(2.0, [1, 1]), ([0, 4], [-3, 5]), (np.float32([1, 1.2]), [-1, -1])],
)
def test_numbers_reach_their_input_and_the_picture_its_own(
    model, seen, value, bytes_seen
):
    """By hand: q = real / 0.5 - 3, and 1.2 rounds to 2.4 - 3 = -0.6, that is -1."""
    model(PICTURE, inputs={"speed": value})
    speed, view = seen[0]
    np.testing.assert_array_equal(speed, [bytes_seen])
    np.testing.assert_array_equal(view, PICTURE[None])


def test_values_stay_until_others_are_set(model, seen):
    model(PICTURE, inputs={"speed": 2})
    model(PICTURE)
    model.set_inputs({"speed": 0})
    model(PICTURE)
    assert [speed[0, 0] for speed, _ in seen] == [1, 1, -3]


def test_a_value_that_was_never_set_is_asked_for(model):
    with pytest.raises(UnsupportedModelError, match="--input speed=NUMBER"):
        model(PICTURE)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"sped": 1}, "no input 'sped' beside the picture; it has 'speed'"),
        ({"speed": [1, 2, 3]}, "takes 2 finite numbers"),
        ({"speed": float("nan")}, "takes 2 finite numbers"),
        ({"speed": "1..2"}, r"takes 2 finite numbers, got '1\.\.2'"),
        ({"speed": {"a": 1}}, "takes 2 finite numbers"),
        ({"speed": np.full(99, np.nan)}, r"got array\(\[.{40,60}\.\.\.\.$"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_none_is_changed(
    model, seen, values, sentence
):
    model.set_inputs({"speed": 2})
    with pytest.raises(ValueError, match=sentence):
        model.set_inputs({"speed": 0, **values})
    model(PICTURE)
    assert seen[0][0][0, 0] == 1


def test_a_model_of_a_picture_alone_takes_no_numbers():
    fake = FakeInterpreter([VIEW], [SCORES], lambda view: [np.ones((1, 3), np.float32)])
    with (
        Model(card(), fake) as alone,
        pytest.raises(ValueError, match="a picture and nothing else"),
    ):
        alone(PICTURE, inputs={"speed": 1})


def test_a_card_that_does_not_name_the_other_inputs_is_refused():
    fake = FakeInterpreter([SPEED, VIEW], [SCORES], lambda *_: [])
    with pytest.raises(UnsupportedModelError, match="2 inputs; .* --input NAME=NUMBER"):
        Model(card(), fake)


def test_a_card_keeps_its_extra_inputs_and_shows_none_where_there_are_none():
    both = card(ExtraInput("speed", 1, -1.0, 30.0))
    assert ModelCard.from_json(both.to_json()) == both
    assert "extra_inputs" not in card().to_dict()


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": 1.5},
        {"low": 5},
        {"high": "x"},
        {"name": 3},
        {"low": None},
    ],
)
def test_a_card_with_a_damaged_extra_input_is_refused(change):
    data = json.loads(card(ExtraInput("speed", 1, -1.0, 2.0)).to_json())
    data["extra_inputs"][0] |= change
    with pytest.raises(ModelCardError):
        ModelCard.from_dict(data)


def test_numbers_outside_of_the_calibrated_range_are_warned_of(model, caplog):
    model.set_inputs({"speed": [0, 4.001]})
    assert not caplog.records
    model.set_inputs({"speed": [0, 4.1]})
    assert "calibrated with 0 to 4" in caplog.text


@pytest.mark.parametrize(
    ("dtype", "value", "sentence"),
    [
        (np.int32, 2.7, "takes 1 whole number, got 2.7"),
        (np.int32, 3e9, "takes 1 whole number"),
        (np.uint8, -1, "takes 1 whole number"),
        (np.float32, 1e300, "takes 1 finite number"),
    ],
)
def test_an_input_without_a_scale_takes_what_its_type_holds(dtype, value, sentence):
    """2.7 became 2, and 3e9 another number."""
    spec = TensorSpec("n", 0, (1, 1), np.dtype(dtype), 0.0, 0)
    fake = FakeInterpreter(
        [spec, VIEW], [SCORES], lambda *_: [np.ones((1, 3), np.float32)]
    )
    with Model(card(ExtraInput("n", 0, -9.0, 9.0)), fake) as one:
        with pytest.raises(ValueError, match=sentence):
            one.set_inputs({"n": value})
        one.set_inputs({"n": 2})


def test_the_option_that_is_asked_for_can_be_typed():
    fake = FakeInterpreter([SPEED, VIEW], [SCORES], lambda *_: [])
    with (
        Model(card(ExtraInput("my speed", 0, 0.0, 4.0)), fake) as one,
        pytest.raises(UnsupportedModelError, match="--input 'my speed=NUMBER'"),
    ):
        one(PICTURE)


@pytest.mark.parametrize("other", [("speed", 0), ("view", 1)])
def test_two_extra_inputs_of_one_name_or_position_are_refused(other):
    with pytest.raises(ModelCardError, match="its own name and index"):
        card(ExtraInput("speed", 1, 0.0, 1.0), ExtraInput(*other, 0.0, 1.0))
