"""Crossings are counted in windows, hours and days, and what was not seen is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from edgevision.runtime.regions import RegionCrossing
from edgevision.runtime.rules.moment import Moment
from edgevision.runtime.rules.passage_counter import PassageCounter
from edgevision.runtime.rules.stream_clock import StreamClock
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 11, 30, 12, 0)


class Run:
    """Feeds a counter with frames."""

    def __init__(self, counter: PassageCounter, began: datetime = NOON) -> None:
        self.counter = counter
        self._clock = StreamClock()
        self._began = began

    def at(
        self, time_s: float, *crossings: tuple[str, str, str], lost_s: float = 0.0
    ) -> tuple[int, bool]:
        self._clock.advance(time_s, lost_s)
        some = [RegionCrossing(r, 1, label, d, time_s) for r, label, d in crossings]
        local = self._began + timedelta(seconds=time_s)
        self.counter.update(Moment(self._clock, local=local, crossings=some))
        return self.counter.count, self.counter.is_complete


CAR_IN, CAR_OUT, CAT_IN = (
    ("gate", "car", "in"),
    ("gate", "car", "out"),
    ("gate", "cat", "in"),
)


@pytest.mark.parametrize(
    ("counter", "count"),
    [
        (PassageCounter([], "gate"), 3),
        (PassageCounter([], "gate", "in"), 2),
        (PassageCounter(["car"], "gate"), 2),
        (PassageCounter(["car"], "gate", "out"), 1),
        (PassageCounter(["car", "cat"], "gate", "in"), 2),
        (PassageCounter([], "door"), 0),
    ],
)
def test_line_direction_and_labels_are_kept_apart(counter, count):
    assert Run(counter).at(0, CAR_IN, CAR_OUT, CAT_IN) == (count, True)


def test_a_window_moves_and_is_complete_when_all_of_it_was_seen():
    run = Run(PassageCounter([], "gate", window_s=10))
    assert run.at(0, CAR_IN) == (1, False)
    assert run.at(6, CAR_IN) == (2, False)
    assert run.at(9.9) == (2, False)
    assert run.at(10.0) == (1, True)
    assert run.at(16) == (0, True)


def test_a_short_gap_is_left_out_of_a_window_and_a_long_one_begins_it_anew():
    run = Run(PassageCounter([], "gate", window_s=10))
    run.at(0, CAR_IN)
    run.at(8)
    assert run.at(16, lost_s=7) == (1, False)  # eight seconds were seen
    assert run.at(18, lost_s=7) == (0, True)
    run.at(19, CAR_IN, lost_s=7)
    assert run.at(29, lost_s=17) == (0, False)


@pytest.mark.parametrize(
    ("period", "rolls_after_s"), [("hour", 3600), ("day", 12 * 3600)]
)
def test_a_period_begins_by_the_local_clock(period, rolls_after_s):
    run = Run(PassageCounter([], "gate", period=period))
    assert run.at(0, CAR_IN) == (1, False)  # the time before was not seen
    assert run.at(rolls_after_s - 1, CAR_IN) == (2, False)
    assert run.at(rolls_after_s, CAR_IN) == (1, True)


@given(
    st.lists(st.tuples(st.floats(0.05, 5), st.integers(0, 3)), min_size=1, max_size=60),
    st.sampled_from([1.0, 7.5, 40.0]),
)
def test_a_window_counts_what_a_list_of_all_crossings_counts(steps, window_s):
    run, all_times, now = Run(PassageCounter([], "gate", window_s=window_s)), [], 0.0
    for step, crossings in steps:
        now += step
        all_times += [now] * crossings
        count, _ = run.at(now, *[CAR_IN] * crossings)
        # what is younger than the window less one bucket must be in it
        surely = sum(
            now - time < window_s * (1 - 1 / 3600) - 1e-6 for time in all_times
        )
        at_most = sum(now - time < window_s + 1e-6 for time in all_times)
        assert surely <= count <= at_most


@pytest.mark.parametrize("lost", [True, False])
def test_of_an_hour_that_began_while_the_camera_was_lost_nobody_knows(lost):
    run = Run(PassageCounter([], "gate", period="hour"), NOON.replace(minute=50))
    assert run.at(0) == (0, False)
    assert run.at(1 if lost else 599, CAR_IN) == (1, False)
    # A minute past the hour; the next one is seen from its beginning.
    assert run.at(660 if lost else 600.5) == (0, not lost)
    assert run.at(661, CAR_IN) == (1, not lost)
    for now in range(670, 4200, 5):
        run.at(now)
    assert run.at(4200) == (0, True)


def test_memory_is_bounded():
    counter = PassageCounter([], "gate", window_s=3600)
    run = Run(counter)
    for i in range(8000):
        run.at(i / 4, CAR_IN)
    assert counter.count == 8000
    assert len(counter._buckets) <= 3601
