"""The shipped models: small, explained by their own cards, and right."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.demo.watch_classifier import CLASSIFIER, watch
from edgevision.runtime.scenes import SHAPES, render_crop
from edgevision.runtime.tflite.model_file import ModelFile

import edgevision


@pytest.fixture(scope="module")
def model():
    with edgevision.load_model(CLASSIFIER) as opened:
        yield opened


def test_it_is_small_and_carries_card_labels_and_golden_check():
    opened = ModelFile.open(CLASSIFIER)
    assert opened.size < 150_000
    card = opened.card
    assert card is not None
    assert card.task == "classification"
    assert card.output.labels == SHAPES
    assert card.check
    assert card.verification["quantized"] >= 0.95
    assert card.verification["n"] >= 1000


def test_nothing_about_it_has_to_be_assumed(model):
    assert model.assumptions == ()


@pytest.mark.parametrize("size", [32, 64, 300])
def test_it_names_new_hard_shapes_of_any_size(model, size):
    rng = np.random.default_rng(size)
    truth = np.arange(120 if size < 100 else 60) % len(SHAPES)
    right = [
        model(render_crop(rng, class_id, size)).top.label == SHAPES[class_id]
        for class_id in truth.tolist()
    ]
    assert np.mean(right) >= 0.9  # 0.95 is promised of many; these are few


def test_on_the_camera_it_is_right_nineteen_times_in_twenty(model):
    assert watch(model, frames=400, fps=0, seed=7).accuracy >= 0.95
