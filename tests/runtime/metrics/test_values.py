"""Errors of numbers, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.values import mean_absolute_error, r_squared
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

TABLES = hn.arrays(
    np.float64,
    st.tuples(st.just(2), st.integers(1, 9), st.integers(1, 4)),
    elements=st.floats(-100, 100),
)


@given(TABLES)
def test_the_figures_are_those_of_the_textbook(tables):
    truth, values = tables
    np.testing.assert_allclose(
        mean_absolute_error(truth, values), np.abs(values - truth).mean(axis=0)
    )
    spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    found = r_squared(truth, values)
    for i in np.flatnonzero(spread > 1e-6):
        rest = ((values - truth) ** 2).sum(axis=0)[i]
        assert found[i] == pytest.approx(1 - rest / spread[i], rel=1e-6, abs=1e-9)


def test_what_is_not_known_does_not_count():
    truth = np.asarray([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    values = np.asarray([[2.0, 1.0], [3.0, 1.0], [99.0, 1.0]])
    errors = mean_absolute_error(truth, values)
    assert errors[0] == 0.5
    assert np.isnan(errors[1])
    scores = r_squared(truth, values)
    assert scores[0] == pytest.approx(0.5)
    assert np.isnan(scores[1])


def test_nothing_and_a_truth_that_does_not_vary_have_no_figure():
    none = np.empty((0, 2))
    assert np.isnan(mean_absolute_error(none, none)).all()
    assert np.isnan(r_squared(none, none)).all()
    still = np.full((3, 1), 5.0)
    assert np.isnan(r_squared(still, still + 1)).all()


def test_shapes_are_checked():
    with pytest.raises(ValueError, match=r"one shape \(N, C\)"):
        mean_absolute_error(np.zeros((3, 1)), np.zeros(3))
