"""Class folders inside each other train a classifier whose labels have ancestors."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from edgevision.runtime.scenes import EASY
from edgevision.training.data.pictures import find_pictures
from edgevision.training.shipped.shapes import write_crops

import edgevision
from edgevision.errors import ModelError

PLACES = {
    "circle": "round/circle",
    "heart": "round/heart",
    "square": "pointed/even/square",
    "star": "pointed/star",
}


@pytest.fixture
def folder(tmp_path):
    """Return a folder of four kinds of shapes, filed by kind."""
    flat = write_crops(tmp_path / "flat", 240, 24, seed=1, difficulty=EASY)
    for name, place in PLACES.items():
        (tmp_path / "nested" / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(flat / name, tmp_path / "nested" / place)
    return tmp_path / "nested"


def test_folders_are_labels_with_ancestors(folder, tmp_path):
    files = find_pictures(folder, print)
    assert files.labels == ("circle", "heart", "square", "star")
    assert files.hierarchy == {
        "circle": "round",
        "heart": "round",
        "even": "pointed",
        "square": "even",
        "star": "pointed",
    }
    assert files.counts() == [40, 40, 40, 40]
    (folder / "round" / "pointed").mkdir()
    shutil.copytree(folder / "round" / "heart", folder / "round" / "pointed" / "x")
    with pytest.raises(ModelError, match="'pointed' both at the top and under"):
        find_pictures(folder, print)


@pytest.mark.tf
def test_what_is_trained_on_them_rolls_up(folder, tmp_path):
    output = tmp_path / "net.keras"
    report = edgevision.train(
        folder,
        output,
        input_size=(24, 24),
        width=0.3,
        # Enough to be better than chance on pictures that were not trained on.
        epochs=30,
        batch_size=8,
        augment="none",
    )
    assert report.labels == ("circle", "heart", "square", "star")
    made = edgevision.convert(output, calibration=folder)
    assert made.card.output.hierarchy["square"] == "even"
    assert made.verification["float"] is not None  # folders were matched with labels
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    with edgevision.load_model(made.path, level="round") as model:
        found = model(picture)
    assert sorted(found.labels) == ["pointed", "round"]
    assert found.scores.sum() == pytest.approx(1, abs=0.02)
