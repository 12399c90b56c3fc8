"""A classifier on pictures in memory: it learns, and the seed decides what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from edgevision.runtime.scenes import EASY, SHAPES
from edgevision.training.classification.job import (
    LabelledPixels,
    classification_card,
    classification_job,
)
from edgevision.training.data.augmentation_layers import seeded
from edgevision.training.job import TrainingStage
from edgevision.training.keras_import import load_keras
from edgevision.training.loop.train_without_state import train_at_once
from edgevision.training.networks.architectures import build
from edgevision.training.shipped.shapes import make_crops

from edgevision.card import InputCard

pytestmark = pytest.mark.tf


def crops(count, side, seed=0):
    return LabelledPixels(*make_crops(count, side, seed=seed, difficulty=EASY))


def job(train, *, seed=0, epochs=1, width=0.1, held=12, **choices):
    side = train.pixels.shape[1]
    load_keras().utils.set_random_seed(seed)
    return classification_job(
        build("cnn", (side, side, 3), len(SHAPES), width=width),
        train,
        crops(held, side, seed=1),
        card=classification_card(InputCard(side, side), SHAPES),
        arch="cnn",
        stages=[TrainingStage("all", epochs, 2e-3)],
        seed=seed,
        **choices,
    )


def trained(*given, **choices):
    made = job(*given, **choices)
    train_at_once(made)
    return made.model.get_weights()[0]


def test_a_small_network_learns_easy_shapes_and_is_judged_on_others():
    made = job(crops(2400, 24), epochs=6, width=0.5, held=300)
    outcome = train_at_once(made)
    assert (outcome.epochs, outcome.best_epoch, outcome.ended) == (6, 0, "finished")
    right = outcome.history[-1]["val_accuracy"]
    assert right > 0.6  # one in six by chance
    held = crops(300, 24, seed=1)
    scores = made.model.predict(held.pixels, verbose=0)
    assert right == pytest.approx(np.mean(scores.argmax(axis=1) == held.class_ids))


def test_the_last_epoch_is_kept_unless_the_best_one_is_asked_for():
    made = job(crops(64, 22))
    assert made.monitor is None
    outcome = train_at_once(replace(made, monitor="val_accuracy"))
    assert outcome.best_epoch == 1


def test_the_seed_decides_the_weights():
    train = crops(64, 22)
    weights = [trained(train, seed=seed) for seed in (1, 1, 2)]
    np.testing.assert_allclose(weights[0], weights[1], atol=1e-6)
    assert (weights[0] != weights[2]).any()


def test_augmentation_changes_what_is_learned_and_the_seed_decides_that_too():
    train = crops(96, 22)
    names = {"flip": None, "salt-and-pepper": 0.3}
    plain, *changed = (
        trained(train, epochs=2, augment=augment)
        for augment in (None, seeded(names, seed=2), seeded(names, seed=2))
    )
    assert (plain != changed[0]).any()
    np.testing.assert_allclose(*changed, atol=1e-6)


def test_the_card_says_how_pictures_come_and_what_the_outputs_mean():
    card = classification_card(InputCard(22, 20), ("a", "b"), {"a": "letter"})
    assert (card.input.width, card.input.height) == (22, 20)
    assert card.output.labels == ("a", "b")
    assert dict(card.output.hierarchy) == {"a": "letter"}
    assert card.output.options == {"activation": "none"}


def test_nothing_to_judge_by_is_refused():
    with pytest.raises(ValueError, match="held needs at least one picture, got none"):
        job(crops(12, 22), held=0)
