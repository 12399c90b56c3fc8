"""Metrics of classifiers against hand-counted rows and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.metrics.classification import (
    agreement,
    score_error,
    top_k_accuracy,
    wilson_interval,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("scores", "truth", "k", "expected"),
    [
        ([[0.9, 0.1], [0.2, 0.8]], [0, 0], 1, 0.5),
        ([[0.9, 0.1], [0.2, 0.8]], [0, 0], 2, 1.0),
        ([[0.5, 0.5]], [1], 1, 0.0),  # a tie goes to the lower class_id
        ([[0.5, 0.5]], [0], 1, 1.0),
        (np.empty((0, 3)), np.empty(0), 1, 0.0),
        ([[0.1, 0.2, 0.7]], [0], 99, 1.0),
    ],
)
def test_top_k_accuracy(scores, truth, k, expected):
    assert top_k_accuracy(scores, truth, k=k) == expected


def test_shapes_and_k_are_checked():
    with pytest.raises(ValueError, match="k must be 1 or more, got 0"):
        top_k_accuracy([[1.0]], [0], k=0)
    with pytest.raises(ValueError, match=r"scores must have shape \(N, C\)"):
        top_k_accuracy([[1.0]], [0, 1])
    with pytest.raises(
        ValueError, match=r"shapes must be equal, got \(1,\) and \(2,\)"
    ):
        agreement([1], [1, 2])
    with pytest.raises(ValueError, match="shapes must be equal"):
        score_error([1.0], [[1.0]])


def test_agreement_and_score_error():
    assert agreement([1, 2, 3, 4], [1, 2, 0, 4]) == 0.75
    assert agreement([], []) == 0.0
    assert score_error([[0.5, 0.5]], [[0.25, 0.75]]) == 0.25
    assert score_error([], []) == 0.0


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_solves_wilsons_equation(successes, failures):
    count = successes + failures
    low, high = wilson_interval(successes, count)
    assert 0 <= low <= high <= 1
    if not count:
        return
    share = successes / count
    assert low <= share + 1e-12
    assert high >= share - 1e-12
    for end in (low, high):
        if 0 < end < 1:
            # At each end the observed share is 1.96 standard errors away.
            error = math.sqrt(end * (1 - end) / count)
            assert abs(share - end) == pytest.approx(1.959964 * error, rel=1e-4)


def test_a_perfect_score_on_few_pictures_is_not_certain():
    assert wilson_interval(10, 10)[0] == pytest.approx(0.722, abs=1e-3)
    with pytest.raises(ValueError, match=r"successes must be in 0\.\.3, got 4"):
        wilson_interval(4, 3)
