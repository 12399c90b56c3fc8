"""The journey's first half at a small scale: what it leaves behind, and protects."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from edgevision.runtime.scenes import EASY, SHAPES
from edgevision.training.keras_import import load_keras
from edgevision.training.shipped.demo import DemoFolder, DemoPlan, train
from edgevision.training.shipped.shapes import make_crops

from edgevision.errors import OutputExistsError

SMALL = DemoPlan(
    size=24,
    training_pictures=600,
    epochs=1,
    held_out=60,
    calibration_pictures=12,
    test_pictures=18,
    difficulty=EASY,
    seed=1,
)


@pytest.mark.tf
def test_training_leaves_a_network_and_pictures_that_share_none(tmp_path):
    folder = DemoFolder(tmp_path / "out")
    lines = []
    trained = train(folder, SMALL, progress=lines.append)
    assert lines[0] == "drawing 600 pictures"
    assert (trained.held_out, trained.epochs, trained.stopped) == (60, 1, False)
    assert trained.file_bytes == folder.keras.stat().st_size
    assert sorted(p.name for p in folder.root.iterdir()) == [
        "calibration",
        "shapes.keras",
        "test",
    ]
    for pictures, count in ((folder.calibration, 12), (folder.test, 18)):
        assert sorted(p.name for p in pictures.iterdir()) == list(SHAPES)
        assert len(list(pictures.rglob("*.png"))) == count
    digests = [
        hashlib.sha256(path.read_bytes()).digest()
        for path in folder.root.rglob("*.png")
    ]
    assert len(set(digests)) == 30

    model = load_keras().saving.load_model(folder.keras)
    assert model.count_params() == trained.parameters
    assert trained.file_bytes < 4.5 * trained.parameters + 50_000  # no optimizer
    held_out, truth = make_crops(60, 24, seed=4 * 1 + 3, difficulty=EASY)
    scores = model.predict(held_out, verbose=0)
    right = np.mean(scores.argmax(axis=1) == truth)
    assert trained.accuracy == pytest.approx(right)


def test_a_folder_that_holds_something_needs_force(tmp_path):
    folder = DemoFolder(tmp_path)
    folder.check()
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(OutputExistsError, match=r"Pass --force .* or -o for another"):
        folder.check()
    folder.check(force=True)


def test_the_plan_fits_the_promise_of_the_demo():
    plan = DemoPlan()
    assert plan.max_seconds < 60
    assert plan.architecture == "cnn"
