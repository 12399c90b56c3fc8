"""The last seconds of a stream, by brute force over what was added."""

from __future__ import annotations

import pytest
from edgevision.runtime.clips.ring import JpegRing, RingPicture
from hypothesis import given
from hypothesis import strategies as st


def _picture(time_s, size=10):
    return RingPicture(time_s, 1e9 + time_s, b"x" * size)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), min_size=1),
    st.integers(0, 60),
    st.integers(30, 200),
)
def test_it_holds_what_both_limits_permit_and_nothing_more(steps, seconds, most):
    ring, all_pictures, now = JpegRing(seconds, most), [], 0
    for step, size in steps:
        now += step
        all_pictures.append(_picture(now, size))
        ring.add(all_pictures[-1])
    held = ring.since(-1)
    # Seconds: from the last picture at or before the oldest moment that is asked for.
    begin = max(
        (p.time_s for p in all_pictures if p.time_s <= now - seconds), default=0
    )
    asked = [p for p in all_pictures if p.time_s >= begin]
    assert held == all_pictures[len(all_pictures) - len(held) :]
    assert ring.size == sum(len(p.jpeg) for p in held)
    assert ring.size <= most or len(held) == 1
    assert len(held) <= len(asked)
    assert ring.newest is held[-1]


def test_without_a_limit_of_memory_it_reaches_as_far_as_asked():
    ring = JpegRing(2.0, 1000)
    for tenth in range(100):
        ring.add(_picture(tenth / 10))
    assert ring.since(0)[0].time_s == pytest.approx(7.9)
    assert [p.time_s for p in ring.since(9.75)] == [9.8, 9.9]
    ring.reach(4.0)
    ring.reach(1.0)
    for tenth in range(100, 130):
        ring.add(_picture(tenth / 10))
    assert ring.since(0)[0].time_s == pytest.approx(8.9)


def test_it_says_why_it_does_not_reach_back():
    ring = JpegRing(5.0, 30)
    assert ring.why_short(0) == "stream"
    for second in range(10, 16):
        ring.add(_picture(float(second)))
    assert [p.time_s for p in ring.since(0)] == [13.0, 14.0, 15.0]
    assert ring.why_short(12.0) == ring.why_short(10.5) == "memory"
    ring.add(_picture(100.0))
    assert ring.why_short(95.0) == "gap"
    ring = JpegRing(5.0, 1000)
    ring.add(_picture(10.0))
    assert ring.why_short(8.0) == "stream"


def test_a_stream_that_begins_again_clears_it():
    ring = JpegRing(5.0, 1000)
    ring.add(_picture(10.0))
    ring.add(_picture(3.0))
    assert [p.time_s for p in ring.since(0)] == [3.0]
    assert ring.size == 10
    assert ring.why_short(2.0) == "stream"
