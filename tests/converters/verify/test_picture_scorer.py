"""Pictures and maps of the float model and of the file, from hand-made tensors."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.image_set import ImageSet
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.verify.picture_scorer import (
    MapScorer,
    PictureAccuracy,
    PictureScorer,
)
from edgevision.converters.verify.scorers import scorer_for
from edgevision.converters.verify.tensor_scorer import ImageScorer
from edgevision.converters.verify.verification import KERNELS, Verification
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.metrics.pictures import psnr, ssim
from edgevision.runtime.tensors.spec import TensorSpec

SHAPE = (1, 16, 16, 3)
BOX = Letterbox.fit((16, 16), (16, 16))
UNIT = {"mean": 0, "std": 255}
INT8 = TensorSpec("t", 0, SHAPE, np.dtype(np.int8), 1 / 255, -128)


def test_pictures_are_compared_as_the_device_shows_them(rng):
    plan = OutputPlan("image", "image", UNIT)
    scorer = scorer_for(plan, [SHAPE], [INT8], (16, 16))
    assert isinstance(scorer, PictureScorer)
    levels = rng.integers(0, 256, SHAPE, np.uint8)
    one = scorer.read_float([levels.astype(np.float32) / 255], BOX)
    equal = scorer.read([(levels.astype(int) - 128).astype(np.int8)], BOX)
    assert scorer.score(one, equal) == pytest.approx(1)
    assert scorer.error(one, equal) == 0
    assert scorer.details() == {"psnr_db": 100}
    scorer = scorer_for(plan, [SHAPE], [INT8], (16, 16))
    other = np.clip(levels.astype(int) + 10, 0, 255)
    off = scorer.read([(other - 128).astype(np.int8)], BOX)
    assert scorer.score(one, off) == pytest.approx(ssim(other[0], levels[0]))
    assert scorer.error(one, off) == pytest.approx(np.abs(other - levels).mean())
    assert scorer.details()["psnr_db"] == pytest.approx(
        psnr(other[0], levels[0]), abs=0.01
    )


def test_maps_are_compared_by_their_values(rng):
    shape = (1, 8, 8, 1)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    plan = OutputPlan("image", "image", {"kind": "map"})
    scorer = scorer_for(plan, [shape], [tensor], (8, 8))
    assert isinstance(scorer, MapScorer)
    values = rng.uniform(0, 1000, shape).astype(np.float32)
    one = scorer.read_float([values], BOX)
    assert scorer.score(one, scorer.read([values], BOX)) == pytest.approx(1)
    shifted = scorer.read([values + values.std()], BOX)
    assert scorer.score(one, shifted) == pytest.approx(1)
    assert scorer.error(one, shifted) == pytest.approx(1, rel=1e-4)
    assert scorer.score(one, scorer.read([-values], BOX)) == 0


def test_a_map_of_nan_is_as_wrong_as_it_gets(rng):
    shape = (1, 8, 8, 1)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    plan = OutputPlan("image", "image", {"kind": "map"})
    scorer = scorer_for(plan, [shape], [tensor], (8, 8))
    one = scorer.read_float([rng.uniform(0, 1, shape).astype(np.float32)], BOX)
    broken = scorer.read([np.full(shape, np.nan, np.float32)], BOX)
    assert scorer.score(one, broken) == 0
    assert scorer.error(one, broken) == 1000


def test_a_generator_is_compared_as_before():
    plan = OutputPlan("generation", "image", {"mean": 127.5, "std": 127.5})
    assert isinstance(scorer_for(plan, [SHAPE], None, (1, 1)), ImageScorer)


PLAN = OutputPlan("image", "image", {"mean": 0, "std": 255})


def compared(truths, answers, letterbox, *, file_error=0.0, color="rgb"):
    """Return the verification of one answer per true picture; None means no truth."""
    shape = answers[0].shape
    items = tuple(np.zeros((4, 4, 3), np.uint8) for _ in truths)
    images = ImageSet(items, targets=tuple(truths))
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    scorer = scorer_for(PLAN, [shape], [tensor], letterbox.model_size)
    accuracy = PictureAccuracy(images, scorer, color=color)
    for position, answer in enumerate(answers):
        accuracy.picture(position, items[position])
        accuracy.add("float", [answer], letterbox)
        for name in KERNELS:
            error = file_error if name == "none" else 0
            accuracy.add(name, [answer + np.float32(error)], letterbox)
    before = Verification("SSIM", 1, 1.0, (1, 1), {name: {} for name in KERNELS})
    return accuracy.completed(before)


@pytest.fixture
def truth(rng):
    small = rng.integers(0, 256, (4, 4, 3))
    return small.repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)


def test_the_lower_of_both_sets_of_kernels_counts(truth):
    box = Letterbox.fit((16, 16), (16, 16))
    answer = (truth[np.newaxis] / 255).astype(np.float32)
    result = compared([truth], [answer], box, file_error=10 / 255)
    assert result.float_accuracy == pytest.approx(1)
    off = np.clip(truth.astype(int) + 10, 0, 255).astype(np.uint8)
    assert result.accuracy == pytest.approx(ssim(off, truth), abs=1e-5)
    assert result.details["psnr_to_truth_db"] == pytest.approx(
        psnr(off, truth), abs=1e-5
    )
    assert result.details["float_psnr_to_truth_db"] == 100
    assert result.drop == pytest.approx(1 - ssim(off, truth), abs=1e-5)


def test_a_true_picture_is_laid_in_as_its_picture_was(truth):
    """The answer shows the middle of a wide frame; the truth has twice its pixels."""
    box = Letterbox.fit((32, 16), (16, 16), resize="center-crop")
    assert box.crop == (8, 0, 16, 16)
    wide = np.zeros((16, 32, 3), np.uint8)
    wide[:, 8:24] = truth
    large = wide.repeat(2, axis=0).repeat(2, axis=1)
    answer = (truth[np.newaxis] / 255).astype(np.float32)
    assert compared([large], [answer], box).float_accuracy == pytest.approx(1)


def test_a_gray_answer_is_compared_with_a_gray_truth(truth):
    box = Letterbox.fit((16, 16), (16, 16))
    gray = cv2.cvtColor(truth, cv2.COLOR_RGB2GRAY)
    answer = (gray[np.newaxis, :, :, np.newaxis] / 255).astype(np.float32)
    assert compared([truth], [answer], box).float_accuracy == pytest.approx(1)


def test_pictures_without_a_truth_do_not_count(truth):
    box = Letterbox.fit((16, 16), (16, 16))
    right = (truth[np.newaxis] / 255).astype(np.float32)
    result = compared([truth, None], [right, 1 - right], box)
    assert result.float_accuracy == pytest.approx(1)
