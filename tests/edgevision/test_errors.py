"""Sentences of errors: one tree, and values of any type, length and depth on a line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import ModelError, shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=JSON, width=st.integers(10, 200))
def test_any_value_is_shown_on_one_line_of_the_width(value, width):
    text = shown(value, width)
    assert 0 < len(text) <= width
    assert text.isprintable()


@given(value=st.integers() | st.booleans() | st.none() | st.text(max_size=8))
def test_a_short_value_is_shown_as_python_writes_it(value):
    assert shown(value) == repr(value)


def test_what_no_line_can_hold_is_cut():
    deep = json.loads("[" * 900 + "]" * 900)
    assert shown(deep) == "[[[[[...]]]]]"
    assert len(shown("A" * 200_000)) == 80
    assert len(shown(Path("a" * 5000 + ".jpg"))) == 80
    assert shown(Path("a" * 5000 + ".jpg")).endswith("a.jpg")
    assert shown(10**5000) == "an integer of too many digits"
    assert "\n" not in shown(np.eye(4))
    assert shown(["a  b"]) == "['a  b']"


def test_a_path_and_an_error_stand_without_quotes_and_escaped():
    assert shown(Path("caf\udce9\x1b]0;t\x07\n.png")) == (
        "caf\\udce9\\x1b]0;t\\x07\\n.png"
    )
    assert shown(ValueError("no 'x'")) == "no 'x'"


class _Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def test_a_value_that_cannot_write_itself_is_shown_all_the_same():
    assert "_Broken" in shown(_Broken())


@pytest.mark.parametrize("count", [1, 2000])
def test_a_sentence_of_usual_length_is_whole(count):
    assert str(ModelError("a" * count)) == "a" * count


def test_a_sentence_longer_than_a_screen_keeps_its_ends():
    sentence = str(ModelError("begins " + "a" * 10**6 + " ends"))
    assert len(sentence) == 2000
    assert sentence.startswith("begins a")
    assert sentence.endswith("a ends")
