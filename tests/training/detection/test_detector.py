"""A small detector: its shapes, its training, its file, what the device makes of it."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from edgevision.converters.datasets.annotations.read import read_boxes
from edgevision.runtime.image import read_image
from edgevision.runtime.metrics import (
    Truth,
    coco_score,
    mean_average_precision,
)
from edgevision.runtime.scenes import EASY
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.detection.network import build_detector, check_strides
from edgevision.training.detection.reading import choose_strides
from edgevision.training.request import TrainRequest
from edgevision.training.shipped.scene_files import write_scenes
from edgevision.training.train import preview, train

import edgevision
from edgevision.errors import OutputExistsError, TrainingError

SIZE = (64, 48)
CUT_AFTER = 3


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Return easy scenes of shapes that are all called shape, as YOLO has them."""
    folder = write_scenes(
        tmp_path_factory.mktemp("scenes") / "set",
        {"train": 400, "val": 60},
        SIZE,
        seed=5,
        count=(1, 3),
        radius=(0.2, 0.35),
        difficulty=EASY,
    )
    for text in folder.glob("labels/*/*.txt"):
        text.write_text(re.sub(r"^\d+", "0", text.read_text(), flags=re.MULTILINE))
    description = folder / "data.yaml"
    description.write_text("path: .\nnames:\n  0: shape\n")
    return folder


def request(scenes, tmp_path, **changes):
    chosen = {
        "data": scenes,
        "output": tmp_path / "det.keras",
        "input_size": SIZE,
        "width": 0.25,
        "epochs": 5,
        "batch_size": 8,
        "learning_rate": 1e-2,
        "augment": "flip",
        "options": {"strides": [8]},
        **changes,
    }
    return TrainRequest(**chosen)


@pytest.fixture(scope="module")
def trained(scenes, tmp_path_factory):
    """Return a training's report, and its workspace as a kill would have left it."""
    folder = tmp_path_factory.mktemp("trained")
    cut = folder / "cut"
    asked = request(scenes, folder)

    def copy_state(line):
        if line.startswith(f"epoch {CUT_AFTER} "):
            shutil.copytree(asked.workspace, cut)

    return train(asked, callbacks=TrainCallbacks(on_epoch=copy_state)), cut


@pytest.mark.tf
@pytest.mark.parametrize(
    ("shape", "classes", "strides", "cells"),
    [
        ((64, 96, 3), 6, (8, 16), 8 * 12 + 4 * 6),
        ((32, 32, 1), 1, (8,), 16),
        ((64, 64, 3), 4, (4, 8, 16, 32), 256 + 64 + 16 + 4),
    ],
)
def test_outputs_are_scores_and_distances_of_every_cell(
    shape, classes, strides, cells, rng
):
    model = build_detector(shape, classes, width=0.25, strides=strides)
    pictures = rng.integers(0, 256, (2, *shape)).astype(np.float32)
    scores, distances = (np.asarray(output) for output in model(pictures))
    assert scores.shape == (2, cells, classes)
    assert distances.shape == (2, cells, 4)
    assert scores.min() >= 0
    assert 0.001 < scores.mean() < 0.05  # background at first
    assert distances.min() >= 0
    assert model.output_names == ["scores", "distances"]


@pytest.mark.parametrize(
    ("strides", "shape", "sentence"),
    [
        ((8, 32), (64, 64, 3), "must be neighbours among 4, 8, 16, 32"),
        ((), (64, 64, 3), "got none"),
        ((16, 8), (64, 64, 3), "must be neighbours"),
        ((8, 16), (64, 72, 3), "multiples of the largest stride, 16; got 72x64"),
    ],
)
def test_levels_that_cannot_be_are_named(strides, shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_strides(strides, shape)


@pytest.mark.parametrize(
    ("sides", "size", "expected"),
    [
        ([20, 25, 60], (160, 160), (8,)),
        ([20, 25, 40, 100], (160, 160), (8, 16)),
        ([20, 60, 100, 150], (160, 160), (8, 16, 32)),
        ([6, 8, 10, 20], (160, 160), (4, 8)),
        ([20, 60, 100, 150], (48, 48), (8, 16)),  # 32 does not divide it
        ([20, 70], (40, 40), (8,)),
        ([200] + [20] * 40, (160, 160), (8,)),  # one large one is not worth a level
    ],
)
def test_levels_follow_the_objects(sides, size, expected):
    assert choose_strides(np.array(sides, np.float32), size) == expected


def test_an_input_that_no_level_divides_is_named():
    with pytest.raises(ValueError, match="multiples of 8, better of 16 or 32"):
        choose_strides(np.array([20.0], np.float32), (100, 100))


@pytest.mark.tf
def test_it_learns_a_few_scenes_and_the_device_finds_them(trained, scenes, tmp_path):
    report, _ = trained
    assert report.task == "detection"
    assert report.facts["strides"] == [8]
    assert report.facts["held_out"] == 60
    assert report.labels == ("shape",)
    assert report.history[-1]["loss"] < 0.6 * report.history[0]["loss"]
    assert {"val_map50", "val_map50_95"} <= set(report.history[-1])
    made = edgevision.convert(
        report.path,
        tmp_path / "det.tflite",
        calibration=scenes / "images" / "train",
        verify=scenes,
        max_drop=0.05,
    )
    found = made.verification
    assert found["accuracy_name"] == "mAP50-95"
    assert found["n"] == 60
    assert found["details"]["map50"] >= 0.5
    assert found["quantized"] >= found["float"] - 0.05
    truths, results = [], []
    with edgevision.load_model(tmp_path / "det.tflite", score_threshold=0.01) as model:
        assert model.card.output.decoder == "fcos"
        assert model.card.input.resize == "letterbox"
        assert model.assumptions == ()
        for item in read_boxes(scenes).part("val").pictures:
            image = read_image(item.path)
            boxes, _ = item.in_pixels(image.shape[1], image.shape[0])
            results.append(model(image))
            truths.append(Truth(boxes, item.class_ids))
    # What the card says was measured is what the device measures.
    score = mean_average_precision(results, truths)
    assert score.map50_95 == pytest.approx(found["quantized"], abs=0.02)
    assert score.map50 == pytest.approx(coco_score(results, truths).map50, abs=1e-3)


@pytest.mark.tf
def test_four_classes_do_not_confuse_the_outputs(tmp_path, rng):
    # Then both tensors have four columns, and only their order tells them apart.
    model = build_detector((32, 32, 3), 4, width=0.25, strides=(4,))
    pictures = rng.integers(0, 256, (20, 32, 32, 3)).astype(np.uint8)
    edgevision.convert(
        model,
        tmp_path / "four.tflite",
        calibration=pictures,
        task="detection",
        decoder="fcos",
        decoder_options={"strides": [4]},
        labels=["a", "b", "c", "d"],
    )
    with edgevision.load_model(tmp_path / "four.tflite") as opened:
        scores, distances = opened.interpreter.outputs
        assert scores.scale == pytest.approx(1 / 256)
        assert distances.scale != scores.scale


@pytest.mark.tf
def test_a_training_that_was_cut_goes_on_the_same(trained, scenes, tmp_path):
    whole, cut = trained
    again = request(scenes, tmp_path, resume=True)
    shutil.copytree(cut, again.workspace)
    epochs = []
    report = train(again, callbacks=TrainCallbacks(on_epoch=epochs.append))
    assert len(epochs) == whole.epochs - CUT_AFTER  # what was learned stays learned
    names = ("loss", "scores_loss", "distances_loss", "val_map50")
    assert len(report.history) == len(whole.history)
    for one, other in zip(whole.history, report.history, strict=True):
        np.testing.assert_allclose(
            [one[name] for name in names], [other[name] for name in names], rtol=2e-2
        )


@pytest.mark.tf
def test_the_preview_shows_boxes(scenes, tmp_path):
    sheet = preview(request(scenes, tmp_path), tmp_path / "sheet.png")
    assert sheet.stat().st_size > 5000


@pytest.mark.tf
@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"options": {"stride": 8}}, ValueError, "option for detectors 'stride'"),
        ({"options": {"strides": "8"}}, ValueError, r"strides must be a list"),
        ({"options": {"strides": [8, 32]}}, ValueError, "must be neighbours"),
        ({"input_size": (100, 64)}, ValueError, "multiples of the largest stride"),
        ({"augment": "rotation"}, ValueError, "change of boxed pictures 'rotation'"),
        ({"arch": "ssd"}, ValueError, "'ssd'"),
        ({"weights": "imagenet"}, TrainingError, "is trained from scratch"),
    ],
)
def test_a_choice_that_cannot_be_is_named(scenes, tmp_path, changes, error, sentence):
    with pytest.raises(error, match=sentence):
        train(request(scenes, tmp_path, **changes))


def test_scenes_on_disk_are_the_same_for_a_seed_and_kept_without_force(tmp_path):
    folders = [
        write_scenes(tmp_path / name, {"train": 3}, (48, 48), seed=seed)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    texts = [
        (folder / "labels" / "train" / "00002.txt").read_text() for folder in folders
    ]
    assert texts[0] == texts[1] != texts[2]
    with pytest.raises(OutputExistsError, match="already holds files"):
        write_scenes(tmp_path / "a", {"train": 1}, (48, 48), seed=1)
    write_scenes(tmp_path / "a", {"train": 1}, (48, 48), seed=1, force=True)
    assert len(list((tmp_path / "a" / "images" / "train").iterdir())) == 1
