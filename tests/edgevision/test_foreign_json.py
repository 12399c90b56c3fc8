"""JSON of somebody else is what the standard says, or a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgevision.foreign_json import (
    as_object,
    as_text,
    list_in,
    read_json,
    write_json,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(value=VALUES, ascii_only=st.booleans(), as_bytes=st.booleans())
def test_what_the_standard_allows_is_read_as_python_reads_it(
    value, ascii_only, as_bytes
):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert read_json(text.encode() if as_bytes else text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NaN", "it holds NaN, which JSON does not have"),
        ('{"a": [-Infinity]}', "it holds -Infinity"),
        ("[1e999]", "a number above 1.8e308"),
        ("[-1e999]", "a number above 1.8e308"),
        ("9" * 5000, "an integer of 5000 digits"),
        ("[9223372036854775808]", "9223372036854775808, which needs more than 64"),
        ('["\\ud800"]', "half of a character"),
        ('{"\\uDFFF": 1}', "half of a character"),
        ('["\\udc00\\ud800"]', "half of a character"),
        ("[" * 65 + "]" * 65, "more than 64 levels"),
        ('{"a":' * 900 + "1" + "}" * 900, "more than 64 levels"),
        ("[" * 200_000, "more than 64 levels"),
        ("[" * 70 + "1" + "]" * 70, "more than 64 levels"),
        ("{", "line 1"),
        ("", "line 1"),
        (b"\xff\xfe\xff", "codec can't decode"),
        (b'"\xed\xa0\x80"', "codec can't decode"),
    ],
)
def test_what_it_does_not_allow_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        read_json(text)


def test_what_is_near_the_limits_is_read():
    deep = json.loads("[" * 64 + "]" * 64)
    assert read_json("[" * 64 + "]" * 64) == deep
    assert str(read_json("[" * 64 + "1" + "]" * 64)).count("1") == 1
    assert read_json("[[], []" + ", {}" * 100 + "]")[-1] == {}
    assert read_json('"\\ud83d\\ude00"') == "\U0001f600"
    assert read_json("[9223372036854775807, -9223372036854775808]") == [
        2**63 - 1,
        -(2**63),
    ]
    assert read_json("0.1234567890123456789012") == 0.12345678901234568
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_parts_are_of_their_type_or_refused():
    assert list_in({"a": (1, 2)}, "a") == [1, 2]
    assert list_in({}, "a") == []
    for call in (
        lambda: as_text(5),
        lambda: list_in({"a": "text"}, "a"),
        lambda: as_object("a", []),
    ):
        with pytest.raises(TypeError, match="text|list|object"):
            call()


@given(value=VALUES)
def test_what_is_written_is_read_back(value):
    assert read_json(write_json(value)) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "not JSON compliant"),
        ({"a": ["caf\udce9"]}, r"\\udce9, which is half of a character"),
        (json.loads("[" * 900 + "]" * 900), "64 levels"),
    ],
)
def test_what_cannot_be_read_back_is_not_written(value, words):
    with pytest.raises(ValueError, match=words):
        read_json(write_json(value))
