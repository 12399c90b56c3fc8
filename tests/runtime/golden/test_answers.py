"""Differences in steps, and how much of them is allowed."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.golden.answers import (
    difference,
    mean_of,
    step_of,
    telling_positions,
    tolerance_of,
)
from edgevision.runtime.tensors.spec import TensorSpec


def spec(dtype, scale=0.0):
    return TensorSpec("x", 0, (1, 4), np.dtype(dtype), scale)


def test_a_step_is_one_quantum_a_255th_of_the_spread_or_a_class():
    values = np.asarray([[0.0, 51.0]])
    assert step_of(spec("int8", 0.1), values) == 1.0
    assert step_of(spec("float32"), values) == pytest.approx(0.2)
    assert step_of(spec("int64"), values) == 0.0


def test_differences_are_counted_in_steps_and_broken_values_are_the_worst():
    expected = np.asarray([[0.0, 1.0, 2.0, 3.0]])
    got = np.asarray([[0.5, 1.0, np.nan, np.inf]])
    assert difference(expected, got, 0.5).tolist() == [[1.0, 0.0, 1e6, 1e6]]
    classes = np.asarray([[0.0, 1.0, 2.0, 4.0]])
    assert difference(expected, classes, 0.0).tolist() == [[0.0, 0.0, 0.0, 255.0]]


@pytest.mark.parametrize(
    ("kernels", "wrong", "step", "expected"),
    [
        (0.0, 100.0, 1.0, 25.0),  # a quarter of what a wrong answer scores
        (12.0, 100.0, 1.0, 36.0),  # healthy kernels need three times their difference
        (20.0, 100.0, 1.0, None),  # which would be more than half
        (0.0, 1.9, 1.0, None),  # no wrong answer differs by two steps
        (0.0, 100.0, 0.0, 50.0),  # classes flip as a whole
    ],
)
def test_the_tolerance_lies_between_right_and_wrong(kernels, wrong, step, expected):
    assert tolerance_of(kernels, wrong, step) == expected


def test_few_values_are_all_kept_and_of_many_those_that_stand_out():
    assert telling_positions(np.zeros((8, 5))).tolist() == [0, 1, 2, 3, 4]
    every = np.zeros((8, 10_000))
    every[3, 1234] = 9.0
    chosen = telling_positions(every)
    assert len(chosen) == 64
    assert 1234 in chosen


def test_the_mean_of_nothing_is_nothing():
    assert mean_of(np.zeros(0)) == 0.0
    assert mean_of(np.asarray([1.0, 3.0])) == 2.0
