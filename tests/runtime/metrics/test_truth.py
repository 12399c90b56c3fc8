"""The true objects of a picture: shapes are checked, ignored ones are told by class."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.truth import ANY_CLASS, Truth


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match=r"boxes must have shape \(2, 4\)"):
        Truth(np.zeros((1, 4), np.float32), np.zeros(2, np.int64))
    with pytest.raises(ValueError, match=r"ignored must have shape \(0, 4\)"):
        Truth(
            np.zeros((1, 4), np.float32),
            np.zeros(1, np.int64),
            np.zeros((2, 4), np.float32),
        )


def test_ignored_boxes_of_a_class_are_its_own_and_those_of_any_class() -> None:
    truth = Truth(
        np.zeros((0, 4), np.float32),
        np.zeros(0, np.int64),
        np.asarray([[0, 0, 1, 1], [0, 0, 2, 2], [0, 0, 3, 3]], np.float32),
        np.asarray([4, ANY_CLASS, 5]),
        np.asarray([True, False, True]),
    )
    boxes, crowds = truth.ignored_of(4)
    assert boxes[:, 2].tolist() == [1, 2]
    assert crowds.tolist() == [True, False]
