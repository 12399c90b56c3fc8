"""The options behind a question mark: split, typed, and refused with a sentence."""

from __future__ import annotations

import pytest
from edgevision.runtime.uri_options import Options, split_options

from edgevision.errors import SinkError, SourceError

SPLITS = [
    ("clip.mp4", "clip.mp4", {}),
    ("clip.mp4?rotate=90", "clip.mp4", {"rotate": "90"}),
    ("a?b=1&c-d=x,y", "a", {"b": "1", "c-d": "x,y"}),
    ("photo?.jpg", "photo?.jpg", {}),  # a glob's question mark
    ("photo?.jpg?flip=h", "photo?.jpg", {"flip": "h"}),
    ("a?b=", "a", {"b": ""}),
    ("a?b", "a?b", {}),
    ("", "", {}),
]


@pytest.mark.parametrize(("text", "what", "options"), SPLITS)
def test_options_are_split_off_only_where_they_are_some(text, what, options):
    assert split_options(text) == (what, options)


def _options(**values: str) -> Options:
    return Options("the test source", values)


def test_values_come_with_their_types():
    given = _options(n="3", f="2.5", s="64x48", b="10MB", w="1", t="a")
    assert given.integer("n", 0) == 3
    assert given.number("f", 0.0) == 2.5
    assert given.size("s") == (64, 48)
    assert given.byte_count("b", 0) == 10_000_000
    assert given.switch("w") is True
    assert given.text("t", one_of=("a", "b")) == "a"
    given.finish()


def test_what_is_not_given_is_the_default():
    given = _options()
    assert given.integer("n", 7) == 7
    assert given.size("s") is None
    assert given.switch("w") is False
    assert given.byte_count("b", 5) == 5


@pytest.mark.parametrize(
    ("take", "value", "expected"),
    [
        (lambda o: o.integer("x", 0, high=9), "10", "a whole number from 0 to 9"),
        (lambda o: o.integer("x", 0), "-1", "a whole number"),
        (lambda o: o.number("x", 0.0, high=5), "6", "a number from 0 to 5"),
        (lambda o: o.number("x", 0.0), "nan", "a number from"),
        (lambda o: o.number("x", 0.0), "abc", "a number"),
        (lambda o: o.size("x"), "640", "WIDTHxHEIGHT"),
        (lambda o: o.size("x"), "0x10", "WIDTHxHEIGHT"),
        (lambda o: o.byte_count("x", 0), "10 MB", "a number of bytes"),
        (lambda o: o.byte_count("x", 0), "0", "a number of bytes"),
        (lambda o: o.switch("x"), "yes", "one of 0, 1"),
    ],
)
def test_an_unusable_value_is_named_with_what_was_expected(take, value, expected):
    with pytest.raises(SourceError, match=f"x={value} of the test source") as caught:
        take(_options(x=value))
    assert expected in str(caught.value)


def test_an_unknown_option_offers_the_nearest_one():
    given = Options("the jsonl sink", {"apend": "1"}, error=SinkError)
    given.switch("append")
    with pytest.raises(SinkError, match="Did you mean 'append'"):
        given.finish()


def test_an_option_of_what_has_none_is_refused():
    with pytest.raises(
        SourceError, match=r"a video source has no options, got 'fps'\."
    ):
        Options("a video source", {"fps": "3"}).finish()
