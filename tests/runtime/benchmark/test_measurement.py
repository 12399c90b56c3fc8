"""The engine on made workloads and a made clock: no real time is measured."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.benchmark.measurement import (
    MIN_BLOCKS,
    Plan,
    WorkloadSamples,
    first_and_last,
    measure,
)


class MadeClock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class MadeWorkload:
    """Takes so many milliseconds of the made clock."""

    def __init__(self, clock, latencies, name="workload", stage="model"):
        self.name, self.stage = name, stage
        self.calls: list[float] = []
        self._clock = clock
        self._latencies = latencies

    def once(self):
        value = self._latencies(len(self.calls))
        self._clock.now += value / 1e3
        self.calls.append(self._clock.now)
        return {"prepare": value * 0.25, self.stage: value}


def run(workloads, plan, clock, health=Health):
    return measure(workloads, plan, health=health, clock=clock)


def test_steady_workload_stops_as_soon_as_it_is_sure():
    clock = MadeClock()
    workload = MadeWorkload(clock, lambda call: 10.0)
    measurement = run([workload], Plan(max_seconds=60), clock)
    assert len(measurement.samples[0].starts) == MIN_BLOCKS
    assert measurement.seconds < 3


def test_unsure_workload_is_measured_until_the_time_is_over():
    clock = MadeClock()
    workload = MadeWorkload(clock, lambda call: 10.0 if (call // 20) % 2 else 30.0)
    measurement = run([workload], Plan(max_seconds=12), clock)
    assert 12 <= measurement.seconds < 13


def test_no_sample_is_lost_and_warm_up_is_apart():
    clock = MadeClock()
    workload = MadeWorkload(clock, lambda call: 500.0 if call == 30 else 9.0)
    measurement = run([workload], Plan(max_seconds=2, warm_up_seconds=0.2), clock)
    (kept,) = measurement.samples
    count = len(kept.samples["model"])
    assert len(kept.warm_up) + count == len(workload.calls)
    assert sum(kept.sizes) == count
    assert max(kept.samples["model"]) == 500.0
    assert len(kept.samples["prepare"]) == count


def test_workloads_take_turns_and_the_order_alternates():
    clock = MadeClock()
    workloads = [MadeWorkload(clock, lambda call: 20.0, name) for name in "ab"]
    measurement = run(workloads, Plan(max_seconds=5), clock)
    first, second = (one.starts for one in measurement.samples)
    assert len(first) == len(second)
    leads = [a < b for a, b in zip(first, second, strict=True)]
    assert leads == [turn % 2 == 0 for turn in range(len(leads))]


def test_slow_workload_gets_at_least_one_sample_in_each_block():
    clock = MadeClock()
    workload = MadeWorkload(clock, lambda call: 2000.0)
    measurement = run([workload], Plan(max_seconds=8), clock)
    assert set(measurement.samples[0].sizes) == {1}
    assert len(workload.calls) - len(measurement.samples[0].warm_up) == 4


def test_minutes_are_measured_to_the_end_in_blocks_that_do_not_grow_in_number():
    clock = MadeClock()
    workload = MadeWorkload(clock, lambda call: 50.0)
    measurement = run([workload], Plan(minutes=10), clock)
    assert measurement.seconds >= 600
    assert len(measurement.samples[0].starts) <= 1201


def test_board_is_looked_at_before_during_and_after():
    clock = MadeClock()
    heats = iter(range(40, 400))
    measurement = run(
        [MadeWorkload(clock, lambda call: 100.0)],
        Plan(minutes=0.2),
        clock,
        lambda: Health(temperature_c=float(next(heats))),
    )
    times = [one.at_s for one in measurement.readings]
    assert times[0] == 0.0
    assert times[-1] == measurement.seconds
    gaps = np.diff(times)
    assert gaps.max() < 1.3
    assert measurement.readings[-1].health.temperature_c == 39 + len(times)


def test_other_programs_are_what_is_busy_and_not_ours():
    clock = MadeClock()
    busy = iter([100.0, *[150.0] * 1000])
    readings = iter([Health(busy_s=next(busy), stolen_s=1.0) for _ in range(500)])
    measurement = run(
        [MadeWorkload(clock, lambda call: 10.0)],
        Plan(minutes=1),
        clock,
        lambda: next(readings),
    )
    # Fifty seconds of a minute; this process itself uses next to none of it.
    assert 0.5 < measurement.other_cores <= 0.85
    assert measurement.stolen_cores == 0.0


def test_board_that_does_not_tell_leaves_the_others_unknown():
    clock = MadeClock()
    measurement = run(
        [MadeWorkload(clock, lambda call: 10.0)], Plan(max_seconds=1), clock
    )
    assert measurement.other_cores is None


def test_progress_rises_to_the_end():
    clock = MadeClock()
    shares: list[float] = []
    measure(
        [MadeWorkload(clock, lambda call: 10.0)],
        Plan(minutes=0.1),
        health=Health,
        clock=clock,
        on_progress=lambda share, what: shares.append(share),
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
    measurement = run([MadeWorkload(clock, stopping(500))], Plan(minutes=30), clock)
    assert measurement.stopped
    assert 1 < measurement.seconds < 10
    assert len(measurement.samples[0].samples["model"]) == sum(
        measurement.samples[0].sizes
    )


def test_ctrl_c_before_every_workload_had_its_turn_ends_the_program():
    clock = MadeClock()
    workloads = [
        MadeWorkload(clock, lambda call: 10.0),
        MadeWorkload(clock, stopping(60)),
    ]
    with pytest.raises(KeyboardInterrupt):
        run(workloads, Plan(minutes=30, warm_up_seconds=0.55), clock)


def test_nothing_to_measure_is_refused():
    with pytest.raises(ValueError, match="at least one workload"):
        measure([], Plan(), health=Health)


def heated(after: float | None) -> WorkloadSamples:
    samples = WorkloadSamples()
    for second in range(600):
        hot = after is not None and second >= after
        samples.add_block(float(second), {"model": [13.0 if hot else 10.0]})
    return samples


def test_first_and_last_minute_tell_when_it_became_slower():
    found = first_and_last(heated(after=300), "model")
    assert (found.first_ms, found.last_ms) == (10.0, 13.0)
    assert found.ratio == pytest.approx(1.3)
    assert found.slower_after_s == pytest.approx(300, abs=10)


def test_cool_board_never_becomes_slower_and_a_short_run_says_nothing():
    assert first_and_last(heated(after=None), "model").slower_after_s is None
    samples = WorkloadSamples()
    samples.add_block(0.0, {"model": [1.0]})
    assert first_and_last(samples, "model") is None
