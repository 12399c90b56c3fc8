"""The engine on made lanes and a made clock: no real time is measured."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.benchmark.measurement import (
    MIN_BLOCKS,
    Plan,
    Series,
    first_and_last,
    measure,
)


class MadeClock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class MadeLane:
    """Takes so many milliseconds of the made clock."""

    def __init__(self, clock, latencies, name="lane", key="total"):
        self.name, self.key = name, key
        self.calls: list[float] = []
        self._clock = clock
        self._latencies = latencies

    def once(self):
        value = self._latencies(len(self.calls))
        self._clock.now += value / 1e3
        self.calls.append(self._clock.now)
        return {"prepare": value * 0.25, self.key: value}


def run(lanes, plan, clock, health=Health):
    return measure(lanes, plan, health=health, clock=clock)


def test_steady_lane_stops_as_soon_as_it_is_sure():
    clock = MadeClock()
    lane = MadeLane(clock, lambda call: 10.0)
    course = run([lane], Plan(max_seconds=60), clock)
    assert len(course.series[0].starts) == MIN_BLOCKS
    assert course.seconds < 3


def test_unsure_lane_is_measured_until_the_time_is_over():
    clock = MadeClock()
    lane = MadeLane(clock, lambda call: 10.0 if (call // 20) % 2 else 30.0)
    course = run([lane], Plan(max_seconds=12), clock)
    assert 12 <= course.seconds < 13


def test_no_sample_is_lost_and_warm_up_is_apart():
    clock = MadeClock()
    lane = MadeLane(clock, lambda call: 500.0 if call == 30 else 9.0)
    course = run([lane], Plan(max_seconds=2, warm_up_seconds=0.2), clock)
    (series,) = course.series
    kept = len(series.samples["total"])
    assert len(series.warm_up) + kept == len(lane.calls)
    assert sum(series.sizes) == kept
    assert max(series.samples["total"]) == 500.0
    assert len(series.samples["prepare"]) == kept


def test_lanes_take_turns_and_the_order_alternates():
    clock = MadeClock()
    lanes = [MadeLane(clock, lambda call: 20.0, name) for name in "ab"]
    course = run(lanes, Plan(max_seconds=5), clock)
    first, second = (series.starts for series in course.series)
    assert len(first) == len(second)
    leads = [a < b for a, b in zip(first, second, strict=True)]
    assert leads == [turn % 2 == 0 for turn in range(len(leads))]


def test_slow_lane_gets_at_least_one_sample_in_each_block():
    clock = MadeClock()
    lane = MadeLane(clock, lambda call: 2000.0)
    course = run([lane], Plan(max_seconds=8), clock)
    assert set(course.series[0].sizes) == {1}
    assert len(lane.calls) - len(course.series[0].warm_up) == 4


def test_minutes_are_measured_to_the_end_in_blocks_that_do_not_grow_in_number():
    clock = MadeClock()
    lane = MadeLane(clock, lambda call: 50.0)
    course = run([lane], Plan(minutes=10), clock)
    assert course.seconds >= 600
    assert len(course.series[0].starts) <= 1201


def test_board_is_looked_at_before_during_and_after():
    clock = MadeClock()
    heats = iter(range(40, 400))
    course = run(
        [MadeLane(clock, lambda call: 100.0)],
        Plan(minutes=0.2),
        clock,
        lambda: Health(temperature_c=float(next(heats))),
    )
    times = [look.at_s for look in course.looks]
    assert times[0] == 0.0
    assert times[-1] == course.seconds
    gaps = np.diff(times)
    assert gaps.max() < 1.3
    assert course.looks[-1].health.temperature_c == 39 + len(times)


def test_other_programs_are_what_is_busy_and_not_ours():
    clock = MadeClock()
    busy = iter([100.0, *[150.0] * 1000])
    looks = iter([Health(busy_s=next(busy), stolen_s=1.0) for _ in range(500)])
    course = run(
        [MadeLane(clock, lambda call: 10.0)],
        Plan(minutes=1),
        clock,
        lambda: next(looks),
    )
    # Fifty seconds of a minute; this process itself uses next to none of it.
    assert 0.5 < course.other_cores <= 0.85
    assert course.stolen_cores == 0.0


def test_board_that_does_not_tell_leaves_the_others_unknown():
    clock = MadeClock()
    course = run([MadeLane(clock, lambda call: 10.0)], Plan(max_seconds=1), clock)
    assert course.other_cores is None


def test_progress_rises_to_the_end():
    clock = MadeClock()
    shares: list[float] = []
    measure(
        [MadeLane(clock, lambda call: 10.0)],
        Plan(minutes=0.1),
        health=Health,
        clock=clock,
        progress=lambda share, what: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def stopping(call_at):
    def latencies(call):
        if call == call_at:
            raise KeyboardInterrupt
        return 10.0

    return latencies


def test_ctrl_c_keeps_what_was_measured_and_says_so():
    clock = MadeClock()
    course = run([MadeLane(clock, stopping(500))], Plan(minutes=30), clock)
    assert course.stopped
    assert 1 < course.seconds < 10
    assert len(course.series[0].samples["total"]) == sum(course.series[0].sizes)


def test_ctrl_c_before_every_lane_had_its_turn_ends_the_program():
    clock = MadeClock()
    lanes = [MadeLane(clock, lambda call: 10.0), MadeLane(clock, stopping(60))]
    with pytest.raises(KeyboardInterrupt):
        run(lanes, Plan(minutes=30, warm_up_seconds=0.55), clock)


def test_nothing_to_measure_is_refused():
    with pytest.raises(ValueError, match="at least one lane"):
        measure([], Plan(), health=Health)


def heated(after: float | None) -> Series:
    series = Series()
    for second in range(600):
        hot = after is not None and second >= after
        series.add_block(float(second), {"total": [13.0 if hot else 10.0]})
    return series


def test_first_and_last_minute_tell_when_it_became_slower():
    found = first_and_last(heated(after=300), "total")
    assert (found["first_ms"], found["last_ms"]) == (10.0, 13.0)
    assert found["ratio"] == pytest.approx(1.3)
    assert found["slower_after_s"] == pytest.approx(300, abs=10)


def test_cool_board_never_becomes_slower_and_a_short_run_says_nothing():
    assert first_and_last(heated(after=None), "total")["slower_after_s"] is None
    series = Series()
    series.add_block(0.0, {"total": [1.0]})
    assert first_and_last(series, "total") is None
