"""Metrics of masks, keypoints and embeddings, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.embedding import recall_at_k
from edgevision.runtime.metrics.pose import correct_keypoints, keypoint_distance
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


def test_recall_looks_among_the_others() -> None:
    vectors = [[1, 0], [5, 0.1], [0, 1], [-1, 0]]
    names = ["a", "a", "b", "a"]
    assert recall_at_k(vectors, names) == 0.5
    assert recall_at_k(vectors, names, k=3) == 0.75
    assert recall_at_k(vectors[:1], ["a"]) == 0.0
    assert recall_at_k(np.zeros((0, 2)), []) == 0.0


def test_recall_in_a_gallery() -> None:
    gallery, names = [[1, 0], [0, 1]], ["a", "b"]
    found = recall_at_k(
        [[2, 1], [1, 2]], ["a", "a"], gallery=gallery, gallery_labels=names
    )
    assert found == 0.5
    with pytest.raises(ValueError, match="k must be 1 or more, got 0"):
        recall_at_k(gallery, names, k=0)
    with pytest.raises(ValueError, match=r"embeddings must have shape \(1, D\)"):
        recall_at_k(gallery, ["a"])
    with pytest.raises(ValueError, match=r"gallery must have shape \(1, D\)"):
        recall_at_k(gallery, names, gallery=gallery, gallery_labels=["a"])
