"""Pictures of both models against the true ones, from hand-made arrays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.image_set import ImageSet
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.verify.picture_accuracy import PictureAccuracy
from edgevision.converters.verify.scorers import scorer_for
from edgevision.converters.verify.verification import KERNELS, Verification
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.metrics.pictures import psnr, ssim
from edgevision.runtime.tensors.spec import TensorSpec

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
