"""What verifies is kept apart from what was trained on."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.image_set import ImageSet
from edgevision.converters.keras.training.trained_pictures import TrainedPictures
from edgevision.converters.samples.training_overlap import (
    split_by_training,
    trained_count,
)


@pytest.fixture(scope="module")
def images():
    generator = np.random.default_rng(0)
    items = tuple(generator.integers(0, 256, (100, 4, 4, 3), np.uint8))
    return ImageSet(items, tuple(i % 2 for i in range(100)), ("a", "b"))


def learnt(images, positions):
    digests = (images.digest(i) for i in positions)
    return TrainedPictures(frozenset(bytes.fromhex(text[:12]) for text in digests))


def test_what_was_held_out_verifies_and_the_rest_calibrates(images):
    trained = learnt(images, range(70))
    calibration, held = split_by_training(images, trained, count=50, seed=3)
    assert set(calibration) <= set(range(70))
    assert len(calibration) == 50
    assert set(held) == set(range(70, 100))
    assert trained_count(images.subset(held), trained) == 0
    assert trained_count(images.subset(calibration), trained) == 50


@pytest.mark.parametrize("known", [range(0), range(5), range(85), range(100)])
def test_too_few_on_one_side_split_as_ever(images, known):
    assert split_by_training(images, learnt(images, known), count=50, seed=3) is None


def test_an_unknown_training_is_not_counted(images):
    assert trained_count(images, TrainedPictures()) is None
    assert trained_count(images, learnt(images, range(12))) == 12
