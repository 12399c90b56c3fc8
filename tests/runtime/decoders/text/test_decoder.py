"""Lines of text from steps, by hand and by the definition of CTC."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import ModelError, UnsupportedModelError

FRAME = Letterbox.fit((8, 8), (8, 8))
F32 = np.dtype(np.float32)


def read(classes, count, spec=None, labels=(), turned=False, **options):
    """Return the text of steps that each are sure of their class."""
    table = np.full((len(classes), count), 0.05, np.float32)
    table[np.arange(len(classes)), classes] = 0.8
    table = table.T if turned else table
    tensor = TensorSpec("y", 0, (1, *table.shape), F32)
    decoder = named_decoder(
        "text", [tensor], model_size=(8, 8), labels=labels, options=options
    )
    return decoder.decode([table[None]], FRAME)


@pytest.mark.parametrize(
    ("classes", "options", "text"),
    [
        ([0, 0, 3, 0, 1, 3, 3], {"alphabet": "abc"}, "aab"),  # blank: the last
        ([1, 1, 0, 1, 2, 0], {"alphabet": "abc", "blank": "first"}, "aab"),
        ([0, 2, 2, 1, 0], {"alphabet": "abc", "blank": 1}, "aba"),
        ([3, 3, 3], {"alphabet": "abc"}, ""),
        ([0, 0, 1], {"alphabet": "abcd", "reader": "argmax"}, "aab"),
        ([0, 0, 3, 2], {}, "0 2"),  # without an alphabet: class numbers
    ],
)
def test_lines_by_hand(classes, options, text):
    result = read(classes, 4, **options)
    assert result.text == text
    assert result.scores == pytest.approx(
        [0.8] * len(text.split() if " " in text else text)
    )
    assert result.score == pytest.approx(0.8 if text else 0)


def test_labels_are_the_alphabet_and_columns_may_be_the_steps():
    assert read([0, 1], 3, labels=("x", "y")).text == "xy"
    assert (
        read([0, 1, 1, 0], 3, labels=("x", "y"), turned=True, steps="columns").text
        == "xyx"
    )


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_ctc_by_its_definition(classes):
    """Graves 2006: collapse repeats first, then drop the blank."""
    expected = "".join("abcd"[c] for c, _ in groupby(classes) if c != 4)
    assert read(classes, 5, alphabet="abcd").text == expected


def test_quantized_steps_and_integers_that_are_classes():
    spec = TensorSpec("y", 0, (1, 3, 2), np.dtype(np.int8), 1 / 256, -128)
    decoder = named_decoder(
        "text", [spec], model_size=(1, 1), options={"alphabet": "a"}
    )
    raw = np.array([[[127, -128], [-128, 127], [127, -128]]], np.int8)
    assert decoder.decode([raw], FRAME).text == "aa"
    spec = TensorSpec("y", 0, (1, 4), np.dtype(np.int64))
    decoder = named_decoder(
        "text", [spec], model_size=(1, 1), options={"alphabet": "ab", "blank": 7}
    )
    result = decoder.decode([np.array([[0, 0, 7, 1]])], FRAME)
    assert (result.text, result.scores.tolist()) == ("ab", [1.0, 1.0])


def test_logits_become_scores():
    spec = TensorSpec("y", 0, (1, 1, 2), F32)
    decoder = named_decoder(
        "text", [spec], model_size=(1, 1), options={"alphabet": "a"}
    )
    result = decoder.decode([np.float32([[[2.0, 0.0]]])], FRAME)
    assert result.score == pytest.approx(1 / (1 + np.exp(-2)))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"alphabet": "ab"}, "2 characters, and the model 4 classes: 3 characters"),
        ({"alphabet": "abc", "reader": "argmax"}, "3 characters, and the model 4"),
        ({"alphabet": ""}, "at least one character"),
        ({"blank": "middle"}, "last, first or a class number"),
        ({"alphabet": "abc", "blank": 4}, "blank is class 4"),
        ({"reader": "beam"}, "ctc"),
        ({"activation": "sigmoid"}, "softmax"),
        ({"steps": "down"}, "rows"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        read([0], 4, **options)


@pytest.mark.parametrize("shape", [(1, 4, 4, 3), (), (1, 5000, 3)])
def test_tensors_that_are_no_line_are_refused(shape):
    spec = TensorSpec("y", 0, shape, F32)
    with pytest.raises(UnsupportedModelError):
        named_decoder("text", [spec], model_size=(8, 8))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_refused(bad):
    spec = TensorSpec("y", 0, (1, 2, 3), F32)
    decoder = named_decoder("text", [spec], model_size=(1, 1))
    table = np.full((1, 2, 3), 0.25, np.float32)
    table[0, 1, 1] = bad
    with pytest.raises(ModelError, match="NaN or infinity"):
        decoder.decode([table], FRAME)


@pytest.mark.parametrize(
    ("options", "row", "text"),
    [
        ({}, [0, 2, 1, -1], "ab"),  # the blank behind the last character
        ({"reader": "argmax"}, [0, 1, 1, -1], "abb"),
        ({"reader": "argmax"}, [0, 2, 1, -1], None),
        ({}, [0, 3, 1, -1], None),
        ({"blank": 3}, [0, 3, 1, -1], "ab"),
    ],
)
def test_a_class_without_a_character_is_not_left_out_silently(options, row, text):
    spec = TensorSpec("y", 0, (1, 4), np.dtype(np.int64))
    decoder = named_decoder(
        "text", [spec], model_size=(1, 1), options={"alphabet": "ab", **options}
    )
    raw = np.array([row])
    if text is not None:
        assert decoder.decode([raw], FRAME).text == text
        return
    with pytest.raises(ModelError, match="the alphabet has 2 characters"):
        decoder.decode([raw], FRAME)


def test_a_blank_that_is_no_class_is_refused_without_an_alphabet_too():
    with pytest.raises(ValueError, match="the blank is class 9"):
        read([0, 1], 3, blank=9)


def test_steps_that_the_file_does_not_state_are_those_of_the_answer():
    """A file may say 1x1x3 where the interpreter answers with 1x4x3."""
    tensor = TensorSpec("t", 0, (1, 1, 3), np.dtype(np.float32))
    decoder = named_decoder(
        "text", [tensor], model_size=(4, 4), options={"alphabet": "ab"}
    )
    steps = np.eye(3, dtype=np.float32)[[0, 2, 0, 1]][np.newaxis]
    text = decoder.decode([steps], Letterbox.fit((4, 4), (4, 4)))
    assert text.text == "aab"
