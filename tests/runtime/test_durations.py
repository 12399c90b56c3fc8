"""Durations are read as people write them, and written as they are read."""

from __future__ import annotations

import math

import pytest
from edgevision.runtime.durations import LONGEST_S, duration_text, seconds
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3s", 3),
        ("500ms", 0.5),
        (".5s", 0.5),
        ("5.s", 5),  # as the options of the command line always took it
        ("1m30s", 90),
        ("1m 30 s", 90),
        (" 2d ", 172800),
        ("5min", 300),
        ("5m", 300),
        ("5ms", 0.005),
        ("1m5ms", 60.005),
        ("1d2h3m4s5ms", 93784.005),
        ("90m", 5400),
        ("1h90m", 9000),
        ("0s", 0),
        ("36500d", LONGEST_S),
    ],
)
def test_a_duration_becomes_seconds(text, expected):
    assert seconds(text) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a duration"),
        ("s", "is not a duration"),
        ("fast", "is not a duration"),
        ("-3s", "is not a duration"),
        ("3s1m", "the longest first"),  # nobody means this
        ("3s3s", "is not a duration"),
        ("1e3s", "is not a duration"),
        ("٣s", "is not a duration"),  # digits of other scripts
        ("3S", "is not a duration"),  # M could be minutes, months or mega
        ("nan", "is not a duration"),
        ("3", r"'3' has no unit. Write 3s, 3m, 3h or 3d."),
        (3, r"'3' has no unit"),
        (2.5, r"'2.5' has no unit"),
        (None, "is not a duration"),
        ("36501d", "longer than a hundred years. Write at most 36500d."),
        ("9" * 12 + "d", "longer than a hundred years"),
        ("9" * 400 + "s", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_cure(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        seconds(text)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, LONGEST_S + 1])
def test_no_text_stands_for_a_time_that_nobody_can_write(value):
    with pytest.raises(ValueError, match="a duration must be from 0 s"):
        duration_text(value)


@given(st.floats(0, LONGEST_S))
def test_a_written_duration_is_read_as_the_same_to_a_microsecond(value):
    text = duration_text(value)
    assert seconds(text) == pytest.approx(value, abs=1.1e-6)
    assert duration_text(seconds(text)) == text
