"""Monotonic stamps as the time of day."""

from __future__ import annotations

import time

import pytest
from edgevision.runtime.wall_clock import iso_time, wall_seconds


def test_a_stamp_of_now_is_now_and_an_older_one_is_earlier():
    stamp = time.monotonic_ns()
    assert wall_seconds(stamp) == pytest.approx(time.time(), abs=1.0)
    gap = wall_seconds(stamp) - wall_seconds(stamp - 5_000_000_000)
    assert gap == pytest.approx(5.0, abs=0.1)


def test_the_text_is_utc_with_milliseconds():
    assert iso_time(1_000_000_000.25) == "2001-09-09T01:46:40.250Z"
