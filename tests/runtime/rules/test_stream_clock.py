"""Time as rules count it: gaps, jumps back and clocks that tremble."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules.stream_clock import StreamClock


def _clock(*times: float | tuple[float, float]) -> StreamClock:
    clock = StreamClock()
    for time in times:
        clock.advance(*(time if isinstance(time, tuple) else (time,)))
    return clock


def test_time_begins_with_the_first_frame_whatever_its_clock_says():
    clock = _clock(5000.0, 5000.5, 5001.5)
    assert (clock.time_s, clock.seen_s, clock.elapsed_s) == (5001.5, 1.5, 1.5)
    assert clock.unbroken_s == 1.5


def test_time_that_stands_still_counts_nothing():
    assert _clock(1.0, 1.0, 1.0).seen_s == 0


def test_a_lost_camera_is_a_gap_however_short_it_was():
    clock = _clock(0.0, 1.0, (2.5, 1.2))
    assert (clock.gap_s, clock.seen_s, clock.elapsed_s) == (1.5, 1.0, 2.5)
    clock.advance(3.0, 1.2)
    assert (clock.gap_s, clock.seen_s, clock.unbroken_s) == (0.0, 1.5, 0.5)


def test_a_loss_that_is_told_too_early_is_the_step_that_is_as_long():
    clock = _clock(0.0, 0.2, (0.4, 3.0))
    assert (clock.gap_s, clock.seen_s) == (0.0, 0.4)
    clock.advance(3.5, 3.0)
    assert (clock.gap_s, clock.seen_s) == (3.1, 0.4)
    clock.advance(7.0, 3.0)
    assert (clock.gap_s, clock.seen_s) == (0.0, 3.9)


@pytest.mark.parametrize(
    ("times", "gap_s"),
    [
        ((0, 0.1, 9.9), 0),  # a slow moment of the model
        ((0, 0.1, 10.2), 10.1),
        ((0, 20, 40), 0),  # a picture every twenty seconds
        ((0, 20, 81), 61),
        ((0, 20, 79), 0),  # not three times as long
        ((0, 11), 11),  # nobody knows yet how often pictures come
    ],
)
def test_a_step_is_a_gap_when_it_is_long_and_much_longer_than_the_one_before(
    times, gap_s
):
    assert _clock(*times).gap_s == pytest.approx(gap_s)


def test_a_clock_that_trembles_stands_still_until_it_is_made_up_for():
    clock = _clock(0.0, 2.0, 1.2)
    assert (clock.time_s, clock.is_restarted, clock.seen_s) == (2.0, False, 2.0)
    clock.advance(2.2)
    assert clock.seen_s == pytest.approx(2.2)


def test_a_jump_back_is_a_video_that_begins_again():
    clock = _clock(0.0, 60.0, 0.0)
    assert clock.is_restarted
    assert clock.time_s == clock.unbroken_s == clock.gap_s == 0
    assert clock.elapsed_s == 60
    clock.advance(0.5)
    assert not clock.is_restarted
    assert clock.elapsed_s == 60.5
