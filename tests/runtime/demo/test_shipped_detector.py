"""The shipped detector: small, explained by its own card, and right."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.demo.watch_classifier import CLASSIFIER
from edgevision.runtime.demo.watch_detector import DETECTOR, BoxCount, watch_boxes
from edgevision.runtime.metrics.truth import Truth
from edgevision.runtime.scenes import SHAPES, render_scene
from edgevision.runtime.tflite.model_file import ModelFile

import edgevision


@pytest.fixture(scope="module")
def model():
    with edgevision.load_model(DETECTOR) as opened:
        yield opened


def test_it_is_small_and_carries_card_labels_and_golden_check():
    opened = ModelFile.open(DETECTOR)
    assert opened.size < 300_000
    card = opened.card
    assert card is not None
    assert card.task == "detection"
    assert card.output.decoder == "fcos"
    assert card.output.labels == SHAPES
    assert card.check
    found = card.verification
    assert found["accuracy_name"] == "mAP50-95"
    assert found["quantized"] >= 0.8
    assert found["details"]["map50"] >= 0.93
    assert found["drop"] <= 0.01
    assert found["n"] >= 500


def test_what_is_shipped_together_is_under_a_megabyte():
    files = DETECTOR.parent.glob("*.tflite")
    assert sum(path.stat().st_size for path in files) < 1_000_000


def test_nothing_about_it_has_to_be_assumed(model):
    assert model.assumptions == ()


@pytest.mark.parametrize("size", [(192, 144), (640, 480), (300, 300)])
def test_it_finds_the_shapes_of_new_scenes_of_any_size(model, size):
    rng = np.random.default_rng(size[0])
    count = BoxCount()
    for _ in range(60):
        image, boxes, class_ids = render_scene(rng, size, radius=(0.07, 0.2))
        count.add(model(image), Truth(boxes, class_ids))
    assert count.recall >= 0.85
    assert count.precision >= 0.8
    assert count.mean_iou >= 0.8


def test_on_the_camera_it_finds_moving_shapes(model):
    watched = watch_boxes(model, frames=120, fps=0, seed=7)
    assert watched.count.recall >= 0.9
    assert watched.count.precision >= 0.9


def test_the_shipped_classifier_names_what_it_finds():
    detector = edgevision.load_model(DETECTOR, options={"nms": "agnostic"})
    with detector.then(edgevision.load_model(CLASSIFIER), margin=0.2) as both:
        watched = watch_boxes(both, frames=60, fps=0, seed=7)
    assert watched.count.precision >= 0.95
    assert "refine" in watched.summary.latency.rows
