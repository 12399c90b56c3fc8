"""Percentiles, buckets and intervals against slow or exact oracles."""

from __future__ import annotations

import math
import statistics as oracle

import numpy as np
import pytest
from edgevision.runtime.benchmark import statistics
from edgevision.runtime.benchmark.statistics import Blocks
from hypothesis import given
from hypothesis import strategies as st

LATENCIES = st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=300)


@given(LATENCIES, st.floats(0.1, 100))
def test_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    found = statistics.percentile(np.sort(values), percent)
    share = sum(value <= found for value in values) / len(values)
    assert share >= percent / 100 - 1e-12
    below = [value for value in values if value < found]
    assert len(below) / len(values) < percent / 100


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_percentile_out_of_range_is_refused(percent):
    with pytest.raises(ValueError, match="above 0 and at most 100"):
        statistics.percentile(np.ones(3), percent)


def test_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one sample"):
        statistics.percentile(np.empty(0), 50)


@given(LATENCIES)
def test_summary_keeps_the_tail_and_agrees_with_the_standard_library(values):
    found = statistics.summarize(values)
    assert found["n"] == len(values)
    assert found["max_ms"] == max(values)
    assert found["min_ms"] == min(values)
    assert math.isclose(found["mean_ms"], oracle.fmean(values), rel_tol=1e-9)
    if len(values) > 1:
        spread = oracle.stdev(values)
        assert math.isclose(found["deviation_ms"], spread, rel_tol=1e-6, abs_tol=1e-6)
    assert ("p99_ms" in found) == (len(values) >= 100)


def test_one_enormous_sample_among_thousands_stays():
    found = statistics.summarize([1.0] * 9999 + [5000.0])
    assert (found["max_ms"], found["p99_ms"]) == (5000.0, 1.0)


def test_nothing_measured_is_only_a_count():
    assert statistics.summarize([]) == {"n": 0}


@given(LATENCIES)
def test_buckets_hold_every_sample_within_half_a_percent(values):
    found = statistics.buckets(values)
    assert sum(count for _, count in found) == len(values)
    edges = [low for low, _ in found]
    assert edges == sorted(edges)
    ordered = np.sort(values)
    position = 0
    for low, count in found:
        part = ordered[position : position + int(count)]
        position += int(count)
        assert (part >= low * (1 - 1e-9)).all()
        assert (part <= low * 1.005 * (1 + 1e-9)).all()


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0.5, 50)), min_size=1))
def test_weighted_median_is_the_median_of_the_repeated_medians(blocks):
    sizes, medians = zip(*blocks, strict=True)
    found = Blocks.of(medians, sizes).median
    repeated = np.repeat(medians, sizes)
    assert found == np.sort(repeated)[math.ceil(len(repeated) / 2) - 1]


def test_blocks_without_anything_or_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="got 0 and 0"):
        Blocks.of([], [])
    with pytest.raises(ValueError, match="got 2 and 1"):
        Blocks.of([1.0, 2.0], [3])


def test_interval_holds_the_truth_in_most_of_many_draws(rng):
    hits = 0
    for seed in range(100):
        values = rng.lognormal(0.0, 0.1, 80)
        low, high = statistics.median_interval(
            Blocks.of(values, np.ones(80)), seed=seed, resamples=300
        )
        hits += low <= 1.0 <= high
    assert hits >= 85


def test_constant_latency_has_no_width():
    blocks = Blocks.of([2.0] * 20, [5] * 20)
    assert statistics.median_interval(blocks) == (2.0, 2.0)
    assert statistics.relative_width(blocks) == 0.0


def test_interval_is_wider_when_disturbances_come_in_stretches(rng):
    mixed = np.where(rng.random(240) < 0.4, 2.0, 1.0) * rng.normal(1, 0.02, 240)
    stretched = np.sort(mixed)
    # Sorted: one long quiet stretch and one long loud one, the same values.
    scattered = statistics.relative_width(Blocks.of(mixed, np.ones(240)))
    together = statistics.relative_width(Blocks.of(stretched, np.ones(240)))
    assert together > scattered


def test_ratio_of_a_thing_to_itself_doubled_is_two(rng):
    values = rng.normal(3, 0.05, 100)
    blocks = Blocks.of(values, np.ones(100))
    twice = Blocks.of(values * 2, np.ones(100))
    ratio, low, high = statistics.ratio_interval(blocks, twice)
    assert ratio == pytest.approx(2.0)
    assert low < 2.0 < high


def test_quieter_half_ignores_what_disturbs_less_than_half():
    assert statistics.quieter_half([1.0, 9.0, 1.1, 8.0, 1.05]) == 1.05
    assert statistics.quieter_half([4.0]) == 4.0


def test_rounding_keeps_counts_and_words():
    found = statistics.rounded({"n": 3, "mean_ms": 1.23456789, "why": "x"}, 3)
    assert found == {"n": 3, "mean_ms": 1.235, "why": "x"}
