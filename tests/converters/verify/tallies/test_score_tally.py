"""Scores of samples become figures; of nothing there are none."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.plan import OutputPlan
from edgevision.converters.verify.box_scorer import BoxScorer
from edgevision.converters.verify.tallies.score_tally import ScoreTally
from edgevision.runtime.geometry import Letterbox
from edgevision.runtime.tensors import TensorSpec

SIZE = (64, 64)
ROWS = 8 * 8 + 4 * 4 + 2 * 2  # the cells of strides 8, 16 and 32


@pytest.fixture
def tally():
    specs = [TensorSpec("out", 0, (1, 5, ROWS), np.dtype(np.float32))]
    plan = OutputPlan("detection", "yolo", {"head": "yolov8"})
    return ScoreTally(BoxScorer(plan, specs, specs, SIZE), ())


def outputs(*scores):
    """Return a head's tensor with boxes of 8 x 8 pixels beside each other."""
    head = np.zeros((1, 5, ROWS), np.float32)
    head[0, 2:4] = 8
    for i, score in enumerate(scores):
        head[0, :2, i] = 10 + 12 * i
        head[0, 4, i] = score
    return [head]


def add(tally, reference, other):
    letterbox = Letterbox.fit(SIZE, SIZE)
    first = tally.read_float(reference, letterbox)
    tally.reference(first)
    for name in ("xnnpack", "none"):
        tally.add(name, first, tally.read(other, letterbox))


def test_the_number_of_boxes_stands_beside_their_share(tally):
    add(tally, outputs(0.9, 0.8), outputs(0.9, 0.8))
    add(tally, outputs(0.9, 0.8), outputs(0.9))
    result = tally.result("photos")
    assert result.details["boxes"] == 7
    assert result.agreement == pytest.approx(6 / 7)
    assert not result.is_empty
    assert tally.warnings() == ()


def test_no_box_at_all_is_no_agreement(tally):
    for _ in range(3):
        add(tally, outputs(), outputs(0.1))
    result = tally.result("photos")
    assert result.is_empty
    assert result.agreement == 0.0
    (warning,) = tally.warnings()
    assert "Neither model finds boxes on any of 3 samples" in warning
