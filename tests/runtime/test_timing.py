"""The recorder's arithmetic: percentiles, throughput, constant memory."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from edgevision.runtime.distribution import Distribution
from edgevision.runtime.timing import EXPLAINED, LatencyTable, Timing
from hypothesis import given
from hypothesis import strategies as st

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=300)


def _fill(samples) -> Distribution:
    distribution = Distribution()
    for sample in samples:
        distribution.add(sample)
    return distribution


@given(values, st.floats(0.1, 100))
def test_a_percentile_is_the_nearest_rank_of_the_sorted_list(samples, percent):
    rank = math.ceil(len(samples) * percent / 100)
    assert _fill(samples).percentile(percent) == sorted(samples)[rank - 1]


def test_beyond_4096_samples_percentiles_are_within_half_a_percent(rng):
    samples = rng.lognormal(2.0, 1.5, 20_000)
    distribution = _fill(samples.tolist())
    for percent in (1, 50, 90, 99, 99.9):
        exact = np.sort(samples)[math.ceil(len(samples) * percent / 100) - 1]
        assert distribution.percentile(percent) == pytest.approx(exact, rel=0.006)
    assert distribution.mean == pytest.approx(samples.mean())
    assert distribution.maximum == samples.max()
    assert distribution.percentile(100) == pytest.approx(samples.max(), rel=0.006)


def test_no_tail_is_clipped():
    distribution = _fill([1.0] * 9_999 + [60_000.0])
    assert distribution.maximum == 60_000.0
    assert distribution.percentile(100) == pytest.approx(60_000.0, rel=0.006)


def test_zero_and_negative_samples_count_as_zero():
    distribution = _fill([-3.0, 0.0, 0.0] + [0.0] * 5000)
    assert distribution.percentile(50) == 0.0
    assert distribution.maximum == 0.0


def test_memory_does_not_grow_with_the_run():
    distribution = _fill([1.0] * 5000)
    before = sys.getsizeof(distribution._buckets)
    for number in range(20_000):
        distribution.add(float(number))
    assert distribution._samples is None
    assert sys.getsizeof(distribution._buckets) == before


@pytest.mark.parametrize("percent", [0, -1, 100.1])
def test_a_percentile_out_of_range_is_refused(percent):
    with pytest.raises(ValueError, match="percent must be above 0"):
        _fill([1.0]).percentile(percent)


def test_a_percentile_needs_a_sample():
    with pytest.raises(ValueError, match="at least one sample"):
        Distribution().percentile(50)


def test_p99_stands_only_from_100_frames_on():
    assert "p99_ms" not in _fill([1.0] * 99).to_dict()
    assert "p99_ms" in _fill([1.0] * 100).to_dict()


def test_throughput_counts_intervals_and_not_stamps():
    table = LatencyTable()
    for number in range(31):
        table.add(Timing(), finished_ns=number * 33_333_333)
    assert table.throughput == pytest.approx(30.0, rel=1e-6)


def test_one_frame_has_no_throughput():
    table = LatencyTable()
    assert table.throughput is None
    table.add(Timing())
    assert table.throughput is None
    assert table.to_dict()["throughput"] is None


@pytest.mark.parametrize(
    ("frames", "step_ms", "rate"),
    [
        (2, 0.034, None),  # two frames of a burst: 29,377 per second
        (9, 1000, None),  # time enough, but too few frames
        (10, 55, None),  # 495 ms: frames enough, but too little time
        (10, 60, 1000 / 60),  # 540 ms
    ],
)
def test_a_rate_needs_ten_frames_and_half_a_second(frames, step_ms, rate):
    table = LatencyTable()
    for number in range(frames):
        table.add(Timing(), finished_ns=int(number * step_ms * 1e6))
    assert table.throughput == (None if rate is None else pytest.approx(rate))


def test_the_latency_of_the_model_is_without_the_camera_and_the_sinks():
    timing = Timing(30, 2, 3, 4, 5, 6, refine_ms=7)
    assert timing.model_ms == 2 + 3 + 4 + 7
    assert timing.total_ms == 30 + 16 + 5
    record = timing.to_dict()
    assert (record["model_ms"], record["total_ms"]) == (16, 51)


def test_the_table_has_the_model_its_stages_the_wait_the_sinks_and_the_age():
    table = LatencyTable()
    for _ in range(100):
        table.add(Timing(1, 2, 3, 4, 5, 6))
    lines = list(table.lines())
    assert lines[0].split() == ["ms", "mean", "p50", "p90", "p99", "max"]
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:8]}
    assert list(rows) == [
        *("model", "prepare", "invoke", "decode", "capture", "emit", "age")
    ]
    assert rows["model"] == ["9.00"] * 5
    assert rows["age"] == ["6.00"] * 5
    assert lines[8:] == list(EXPLAINED)
    assert {"model", "capture", "age"} == {line.partition(":")[0] for line in lines[8:]}


def test_the_record_of_a_table_keeps_the_total_for_those_who_read_it():
    table = LatencyTable()
    table.add(Timing(1, 2, 3, 4, 5, 6))
    stages = table.to_dict()["stages"]
    assert (stages["model"]["mean_ms"], stages["total"]["mean_ms"]) == (9, 15)


def test_an_empty_table_says_so():
    assert list(LatencyTable().lines()) == ["No frame was processed."]
