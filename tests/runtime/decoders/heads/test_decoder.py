"""Each output goes to its head's own decoder."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.decoders.heads.options import Head
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import UnsupportedModelError

FRAME = Letterbox.fit((8, 8), (8, 8))
F32 = np.dtype(np.float32)
AGE = TensorSpec("a", 0, (1, 1), np.dtype(np.int8), 0.5, -28)
MOOD = TensorSpec("b", 1, (1, 3), np.dtype(np.uint8), 1 / 256, 0)
SPARE = TensorSpec("c", 2, (1, 7), F32)
HEADS = [
    {
        "name": "mood",
        "decoder": "classifier",
        "outputs": [1],
        "labels": ["sad", "glad", "cross"],
        "options": {"activation": "none"},
    },
    {
        "name": "age",
        "decoder": "values",
        "outputs": [0],
        "options": {"names": "age", "units": "years"},
    },
]


def make(heads=HEADS, **options):
    return named_decoder(
        "heads",
        [AGE, MOOD, SPARE],
        model_size=(8, 8),
        options={"heads": heads, **options},
    )


RAW = [
    np.array([[35]], np.int8),
    np.array([[64, 128, 32]], np.uint8),
    np.zeros((1, 7), np.float32),
]


def test_each_head_has_the_result_of_its_own_decoder_and_labels():
    """By hand: 0.5 x (35 + 28) years; 128 of 256 is the best class."""
    result = make().decode(RAW, FRAME)
    assert list(result) == ["mood", "age"]
    assert (result["mood"].top.label, result["mood"].top.score) == ("glad", 0.5)
    assert [(v.name, v.value, v.unit) for v in result["age"]] == [
        ("age", 31.5, "years")
    ]


def test_shared_options_reach_the_heads_that_have_them():
    result = make(score_threshold=0.2, top_k=1).decode(RAW, FRAME)
    assert result["mood"].labels == ("glad",)
    assert len(make(score_threshold=0.2).decode(RAW, FRAME)["mood"]) == 2


def test_a_heads_task_is_its_decoders():
    assert Head("x", "values", (0,)).task == "values"


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        ("age", "must be a list of objects"),
        ([3], "must be an object with name, decoder and outputs"),
        ([{"name": "a", "decoder": "values"}], "with name, decoder and outputs"),
        ([{**HEADS[0], "task": "x"}], "no field 'task'; it has name, decoder"),
        ([{**HEADS[0], "decoder": "heads"}], "must be one of pose"),
        ([{**HEADS[0], "decoder": "./my.py:Class"}], "must be one of"),
        ([{**HEADS[0], "decoder": ["x"]}], "must be one of"),
        ([{**HEADS[0], "name": 3}], "name of a head must be a text"),
        ([{**HEADS[0], "outputs": [-1]}], "positions from 0"),
        ([{**HEADS[0], "outputs": [True]}], "positions from 0"),
        ([{**HEADS[0], "outputs": 1}], "positions from 0"),
        ([{**HEADS[0], "labels": "abc"}], "must be a list of texts"),
        ([{**HEADS[0], "options": [1]}], "must be an object"),
        ([{**HEADS[0], "options": {"activatoin": "none"}}], "activation"),
        ([{**HEADS[0], "outputs": [1, 1]}], "each once"),
        ([{**HEADS[0], "labels": ["a"]}], "'mood' has 3 classes, but 1 labels"),
        ([{**HEADS[1], "options": {"scale": "x"}}], "The head 'age': scale must be"),
        ([HEADS[0], HEADS[0]], "two heads have the name 'mood'"),
    ],
)
def test_heads_that_cannot_be_read_are_refused(heads, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(heads)


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        ([], "needs to know its heads"),
        ([{**HEADS[0], "outputs": [2], "options": {}}], "The head 'mood': Nothing"),
        ([{**HEADS[0], "outputs": [3]}], "reads the output 3, and the model has 3"),
    ],
)
def test_heads_that_do_not_fit_the_model_are_refused(heads, sentence):
    with pytest.raises(UnsupportedModelError, match=sentence):
        make(heads)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*HEADS[0], "x"]), inner | st.sampled_from(["values"])
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_card_with_any_heads_gives_a_sentence_or_a_decoder(entries):
    with contextlib.suppress(ValueError, UnsupportedModelError):
        assert make(entries).heads
