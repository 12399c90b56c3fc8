"""Two models' boxes, compared box by box."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.box_agreement import compare_boxes
from edgevision.runtime.results.detections import Detections


def found(rows: list[list[float]]) -> Detections:
    table = np.asarray(rows, np.float32).reshape(-1, 6)
    ids = table[:, 5].astype(np.int64)
    return Detections(table[:, :4], table[:, 4], ids, tuple(map(str, ids)))


def test_each_box_counts_once() -> None:
    first = [found([[0, 0, 10, 10, 0.9, 0], [0, 0, 10, 9, 0.8, 0]])]
    second = [found([[0, 0, 10, 10, 0.7, 0], [50, 50, 60, 60, 0.6, 0]])]
    score = compare_boxes(first, second)
    assert (score.share, score.count, score.extra) == (0.5, 2, 0.5)
    assert score.mean_iou == pytest.approx(1.0)
    assert compare_boxes(first, first).share == 1.0
    other_class = [found([[0, 0, 10, 10, 0.7, 1]])]
    assert compare_boxes(first, other_class).share == 0.0


def test_the_agreement_about_nothing_is_whole() -> None:
    none = [Detections.empty()]
    assert compare_boxes(none, none).share == 1.0
    assert compare_boxes(none, [found([[0, 0, 1, 1, 0.9, 0]])]).extra == 1.0
    assert compare_boxes([found([[0, 0, 1, 1, 0.9, 0]])], none).share == 0.0


def test_numbers_of_pictures_must_agree() -> None:
    with pytest.raises(ValueError, match="one entry per picture, got 1 and 0"):
        compare_boxes([Detections.empty()], [])
