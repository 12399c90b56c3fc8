"""Distances of keypoints, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.pose import correct_keypoints, keypoint_distance


def test_keypoint_distance_is_normalized_by_the_size() -> None:
    found, truth = [[30.0, 40.0], [5.0, 5.0]], [[0.0, 0.0], [5.0, 5.0]]
    assert keypoint_distance(found, truth).tolist() == [50.0, 0.0]
    assert keypoint_distance(found, truth, size=(300, 400))[0] == pytest.approx(
        np.hypot(0.1, 0.1)
    )
    with pytest.raises(ValueError, match=r"shape \(\.\.\., K, 2\)"):
        keypoint_distance([1.0], [1.0])
    with pytest.raises(ValueError, match="size must be above 0"):
        keypoint_distance(found, truth, size=(0, 1))


def test_correct_keypoints_leaves_unknown_ones_out() -> None:
    found = [[0.0, 0.0], [9.0, 0.0], [1.0, 1.0]]
    truth = [[0.0, 1.0], [0.0, 0.0], [np.nan, np.nan]]
    assert correct_keypoints(found, truth, reach=1.0) == 0.5
    assert correct_keypoints([[0, 0]], [[np.nan, 0]], reach=1.0) == 0.0
