"""A record as text: what the board tells, and what a long run became."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edgevision.runtime.benchmark.latency_record import SustainedLatency
from edgevision.runtime.benchmark.reports.text import (
    histogram,
    limited_in_words,
    record_lines,
    sustained_in_words,
)
from support.latency import NO_HEALTH, record, result


def test_a_board_that_tells_and_was_never_held_back_is_said_so():
    assert limited_in_words(NO_HEALTH) == ""
    told = replace(NO_HEALTH, before={"limits_told": ["throttled"]})
    assert limited_in_words(told) == "never held back"
    hot = replace(told, first_limited_s=61.2, limits=("throttled",))
    assert limited_in_words(hot) == "held back after 61 s: throttled"


@pytest.mark.parametrize(
    ("slower", "words"),
    [(None, "never ten percent slower in between"), (70.0, "slower after 70 s")],
)
def test_both_ends_of_a_long_run_are_told(slower, words):
    told = sustained_in_words(SustainedLatency(10.0, 13.0, 1.3, slower))
    assert told.startswith("first minute 10.000 ms, last minute 13.000 ms (x 1.300), ")
    assert told.endswith(words)


def test_one_result_ends_with_its_trust_and_has_no_answer():
    lines = list(record_lines(record(result())))
    assert lines[-1] == "These figures may be trusted."


def test_a_histogram_of_nothing_has_no_line():
    assert list(histogram(())) == []
