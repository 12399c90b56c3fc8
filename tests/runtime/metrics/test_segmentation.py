"""Intersection over union of class maps, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.segmentation import mean_iou


def test_mean_iou_counts_pixels_over_all_pictures() -> None:
    found = [np.asarray([[0, 0, 1, 1]]), np.asarray([[1, 1, 2, 2]])]
    truth = [np.asarray([[0, 1, 1, 1]]), np.asarray([[1, 1, 2, 255]])]
    score = mean_iou(found, truth)
    assert score.by_class == {0: 1 / 2, 1: 4 / 5, 2: 1.0}
    assert score.mean_iou == pytest.approx((0.5 + 0.8 + 1.0) / 3)
    assert score.pixel_accuracy == pytest.approx(6 / 7)
    assert mean_iou(found, truth, ignore=None).by_class[255] == 0.0


def test_mean_iou_of_nothing_and_of_other_sizes() -> None:
    assert mean_iou([], []).mean_iou == 0.0
    ignored = np.full((2, 2), 255)
    assert mean_iou([np.zeros((2, 2))], [ignored]).by_class == {}
    with pytest.raises(ValueError, match=r"one shape, got \(2, 2\) and \(3, 2\)"):
        mean_iou([np.zeros((2, 2))], [np.zeros((3, 2))])
    with pytest.raises(ValueError, match="one map per picture, got 1 and 0"):
        mean_iou([np.zeros((2, 2))], [])
