"""Numbers that compare two models."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.converters.verify.similarity import (
    cosine,
    mean_interval,
    mean_iou,
    relative_error,
)


def test_mean_interval_of_nothing_and_of_one_value():
    assert mean_interval([]) == (0.0, 1.0)
    assert mean_interval([0.25]) == (0.25, 0.25)


def test_cosine_of_zero_vectors():
    assert cosine([0, 0], [0, 0]) == 1
    assert cosine([0, 0], [1, 0]) == 0
    assert cosine([1, 0], [-2, 0]) == pytest.approx(-1)


def test_mean_iou_counts_classes_that_either_map_holds():
    a = np.array([[0, 0, 1, 1]])
    b = np.array([[0, 0, 1, 2]])
    # class 0: 2/2, class 1: 1/2, class 2: 0/1
    assert mean_iou(a, b) == pytest.approx(0.5)
    assert mean_iou(np.zeros((0, 0)), np.zeros((0, 0))) == 1


def test_relative_error_is_one_for_a_prediction_of_the_mean():
    reference = np.array([1.0, 3.0])
    assert relative_error(reference, [2, 2]) == pytest.approx(1)
    assert relative_error(reference, reference) == 0
    assert relative_error([0, 0], [1, 1]) == math.inf
    assert relative_error([], []) == 0
