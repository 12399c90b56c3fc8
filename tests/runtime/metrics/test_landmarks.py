"""Errors of points by the size of their thing, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.landmarks import normalized_mean_error

TRUTH = np.asarray([[0.0, 0.0], [100.0, 0.0], [40.0, 50.0]])


def test_the_size_is_the_box_or_the_distance_of_two_points() -> None:
    points = TRUTH + np.asarray([[3, 4], [0, 0], [0, 10]])
    assert normalized_mean_error(points, TRUTH) == pytest.approx(5 / 100)
    between = normalized_mean_error(points, TRUTH, between=(0, 2))
    assert between == pytest.approx(5 / np.hypot(40, 50))


def test_each_thing_has_its_own_error_and_unknown_points_count_nothing() -> None:
    truth = np.stack([TRUTH, TRUTH * 2, np.full((3, 2), np.nan), np.zeros((3, 2))])
    truth[0, 2] = np.nan
    errors = normalized_mean_error(truth + np.asarray([0, 2]), truth)
    np.testing.assert_allclose(errors, [0.02, 0.01, np.nan, np.nan])


@pytest.mark.parametrize("between", [(0, 3), (-1, 0), (1, 1)])
def test_positions_that_are_not_there_are_refused(between) -> None:
    with pytest.raises(ValueError, match="between must be two positions below 3"):
        normalized_mean_error(TRUTH, TRUTH, between=between)
