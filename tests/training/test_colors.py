"""Gray and BGR networks, from pictures through training and conversion to answers.

The float network sees pixels that OpenCV made, the device's file the pictures.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.metrics.box_agreement import compare_boxes
from edgevision.runtime.scenes import EASY
from edgevision.training.detection.evaluate import detect
from edgevision.training.detection.pictures import DetectorPicturesInMemory, Sample
from edgevision.training.shipped.scene_files import write_scenes
from edgevision.training.shipped.scene_masks import write_masked_scenes
from edgevision.training.shipped.shapes import write_crops

import edgevision

pytestmark = pytest.mark.tf

SIDE = 32


def pixels_of(paths: list[Path], color: str) -> np.ndarray:
    """Return float32 (N, H, W, C) as the float network takes them."""
    pictures = [cv2.imread(str(path)) for path in paths]
    if color == "gray":
        pictures = [
            cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[:, :, None]
            for picture in pictures
        ]
    return np.stack(pictures).astype(np.float32)


def journey(data: Path, calibration: Path, out: Path, **choices):
    """Train, convert without a flag; return the float network and the file's path."""
    import keras

    report = edgevision.train(
        data,
        out / "net.keras",
        epochs=choices.pop("epochs", 2),
        batch_size=choices.pop("batch_size", 16),
        augment="none",
        input_size=(SIDE, SIDE),
        **choices,
    )
    made = edgevision.convert(
        report.path, out / "net.tflite", calibration=calibration, min_agreement=0
    )
    return keras.models.load_model(report.path), made.path


@pytest.mark.parametrize(
    ("color", "arch", "width"),
    [("gray", "cnn", 0.25), pytest.param(None, "vgg-16", 0.1, marks=pytest.mark.slow)],
)
def test_a_classifier(tmp_path, color, arch, width):
    shapes = write_crops(tmp_path / "shapes", 60, SIDE, seed=5, difficulty=EASY)
    paths = sorted(shapes.glob("*/*.png"))
    listed = tmp_path / "pictures.txt"  # a list has no classes to be judged by
    listed.write_text("\n".join(map(str, paths)))
    net, file = journey(shapes, listed, tmp_path, color=color, arch=arch, width=width)
    expected = np.asarray(net.predict_on_batch(pixels_of(paths, color or "bgr")))
    # What another reading of the pictures would change is far more than int8 does.
    wrong = pixels_of(paths, color or "bgr")[::-1]
    if color is None:
        wrong = wrong[::-1, :, :, ::-1]
    apart = np.abs(np.asarray(net.predict_on_batch(wrong)) - expected).max()
    with edgevision.load_model(file, top_k=6) as model:
        assert model.card.input.color == (color or "bgr")
        labels = model.card.output.labels
        for path, scores in zip(paths, expected, strict=True):
            answer = {item.label: item.score for item in model(path)}
            found = [answer.get(label, 0.0) for label in labels]
            np.testing.assert_allclose(found, scores, atol=0.3 * apart)


@pytest.mark.slow
def test_a_gray_detector(tmp_path):
    scenes = write_scenes(
        tmp_path / "scenes",
        {"train": 64, "val": 8},
        (SIDE, SIDE),
        seed=1,
        radius=(0.25, 0.4),
    )
    paths = sorted(scenes.rglob("*.png"))
    pictures = scenes / "images"
    net, file = journey(
        scenes,
        pictures,
        tmp_path,
        color="gray",
        width=0.25,
        epochs=8,
        batch_size=4,
        options={"strides": [8]},
    )
    none = np.empty((0, 4), np.float32), np.empty(0, np.int64)
    images = pixels_of(paths, "gray").astype(np.uint8)
    with edgevision.load_model(file, score_threshold=0.01) as model:
        assert model.card.input.color == "gray"
        strides = model.card.output.options["strides"]
        float_ones = detect(
            net, DetectorPicturesInMemory([Sample(i, *none) for i in images]), strides
        )
        found = [model(path) for path in paths]
    assert sum(map(len, float_ones)) > len(paths)
    same = compare_boxes(float_ones, found)
    assert same.share > 0.9
    assert same.extra < 0.1
    for one, other in zip(float_ones, found, strict=True):
        assert other.scores[0] == pytest.approx(one.scores[0], abs=0.02)


@pytest.mark.slow
def test_a_gray_segmenter(tmp_path):
    scenes = write_masked_scenes(tmp_path / "scenes", 40, SIDE, seed=1)
    paths = sorted((scenes / "images").glob("*.png"))
    net, file = journey(
        scenes,
        scenes / "images",
        tmp_path,
        color="gray",
        width=0.25,
        epochs=3,
        batch_size=4,
    )
    logits = np.asarray(net.predict_on_batch(pixels_of(paths, "gray")))
    with edgevision.load_model(file) as model:
        assert model.card.input.color == "gray"
        shares, classes = [], set()
        for path, raw in zip(paths, logits, strict=True):
            large = cv2.resize(raw, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
            shares.append(np.mean(model(path).mask == large.argmax(axis=-1)))
            classes |= set(large.argmax(axis=-1).flat)
        assert np.mean(shares) > 0.9
        assert len(classes) > 1
