"""Masks of the float model and of the file, from hand-made tensors."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.verify.mask_scorer import MaskScorer
from edgevision.converters.verify.scorers import scorer_for
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

PHOTO = Letterbox.fit((4000, 3000), (4, 4))
SHAPE = (1, 4, 4, 1)


def scorer_of(options, tensor, *, shape=SHAPE, labels=("background", "road")):
    plan = OutputPlan("segmentation", "segmentation", options, labels)
    scorer = scorer_for(plan, [shape], [tensor], (4, 4))
    assert isinstance(scorer, MaskScorer)
    return scorer


def test_a_binary_mask_of_logits_is_cut_at_zero():
    """Three of four columns are road; the file misses one of them."""
    tensor = TensorSpec("t", 0, SHAPE, np.dtype(np.int8), 0.1, 5)
    scorer = scorer_of({"activation": "sigmoid"}, tensor)
    logits = np.full(SHAPE, 0.3, np.float32)
    logits[..., 0, :] = -2
    road = scorer.read_float([logits], PHOTO)
    assert road.shape == (4, 4)
    assert road.sum() == 12
    raw = np.full(SHAPE, 8, np.int8)
    raw[..., :2, :] = 4  # -0.1
    file = scorer.read([raw], PHOTO)
    assert file.sum() == 8
    assert scorer.score(road, file) == pytest.approx((8 / 12 + 4 / 8) / 2)
    assert scorer.error(road, file) == 0.25
    assert scorer.details() == {
        "iou_background": 0.5,
        "iou_road": pytest.approx(8 / 12, abs=1e-6),
    }


def test_class_numbers_of_a_float_model_are_class_numbers():
    """A graph that ends in an argmax gives int64, before and after the conversion."""
    shape = (1, 4, 4)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.int64))
    scorer = scorer_of({}, tensor, shape=shape, labels=())
    classes = np.arange(16).reshape(shape)
    one, other = scorer.read_float([classes], PHOTO), scorer.read([classes], PHOTO)
    np.testing.assert_array_equal(one, classes[0])
    assert scorer.score(one, other) == 1


def test_the_largest_channel_wins(rng):
    shape = (1, 4, 4, 3)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    scorer = scorer_of({}, tensor, shape=shape, labels=())
    scores = rng.uniform(-5, 5, shape).astype(np.float32)
    one = scorer.read_float([scores], PHOTO)
    np.testing.assert_array_equal(one, scores[0].argmax(axis=2))


def test_the_whole_mask_counts_where_the_model_takes_no_picture(rng):
    """Four channels in: no picture, so that nobody knows the input's size."""
    shape = (1, 4, 6, 3)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    plan = OutputPlan("segmentation", "segmentation", {})
    scorer = scorer_for(plan, [shape], [tensor], (1, 1))
    scores = rng.uniform(0, 1, shape).astype(np.float32)
    mask = scorer.read([scores], Letterbox.fit((1, 1), (1, 1)))
    np.testing.assert_array_equal(mask, scores[0].argmax(axis=2))
