"""The trainer learns, is seeded, tells its progress and stops when time is over."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.demo.scenes import EASY
from edgevision.training.architectures import build
from edgevision.training.augmentation import augmentation
from edgevision.training.shapes import make_crops
from edgevision.training.trainer import accuracy, fit, seed_everything

pytestmark = pytest.mark.tf


def test_a_small_network_learns_easy_shapes_and_says_how_it_goes():
    images, class_ids = make_crops(2400, 24, seed=0, difficulty=EASY)
    seed_everything(0)
    model = build("cnn", (24, 24, 3), 6, width=0.5)
    lines = []
    training = fit(model, images, class_ids, epochs=6, progress=lines.append)
    assert training.epochs == 6
    assert not training.stopped
    assert lines[-1].startswith("epoch 6 of 6, accuracy ")
    held_out, truth = make_crops(300, 24, seed=1, difficulty=EASY)
    right, n = accuracy(model, held_out, truth)
    assert n == 300
    assert right > 0.6  # one in six by chance
    scores = model.predict(held_out, verbose=0)
    assert right == np.mean(scores.argmax(axis=1) == truth)


def test_the_seed_decides_the_weights():
    images, class_ids = make_crops(64, 22, seed=0)
    weights = []
    for seed in (1, 1, 2):
        seed_everything(seed)
        model = build("cnn", (22, 22, 3), 6, width=0.1)
        fit(model, images, class_ids, epochs=1)
        weights.append(model.get_weights()[0])
    np.testing.assert_allclose(weights[0], weights[1], atol=1e-6)
    assert (weights[0] != weights[2]).any()


def test_augmentation_changes_what_is_learned_and_the_seed_decides_that_too():
    images, class_ids = make_crops(96, 22, seed=0)
    weights = []
    for names in ({}, {"flip": None, "salt-and-pepper": 0.3}) * 2:
        seed_everything(1)
        model = build("cnn", (22, 22, 3), 6, width=0.1)
        layer = augmentation(names, seed=2) if names else None
        fit(model, images, class_ids, epochs=2, augmentation=layer)
        weights.append(model.get_weights()[0])
    assert (weights[0] != weights[1]).any()
    np.testing.assert_allclose(weights[1], weights[3], atol=1e-6)


def test_training_stops_when_its_time_is_over():
    images, class_ids = make_crops(640, 22, seed=0)
    model = build("cnn", (22, 22, 3), 6, width=0.1)
    training = fit(model, images, class_ids, epochs=50, max_seconds=0.0)
    assert training.stopped
    assert training.epochs == 0


def test_accuracy_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one picture"):
        accuracy(None, np.zeros((0, 8, 8, 3), np.uint8), np.zeros(0, np.int64))
