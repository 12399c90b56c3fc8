"""A segmenter trains on scenes, converts without flags and runs on the device."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.metrics.segmentation import mean_iou
from edgevision.runtime.scenes import EASY
from edgevision.training.request import TrainRequest
from edgevision.training.shipped.scene_masks import write_masked_scenes

import edgevision

pytestmark = pytest.mark.tf


def test_a_unet_answers_every_pixel():
    from edgevision.training.networks.unet import build_unet

    net = build_unet((48, 64, 3), 5, width=0.25)
    assert net.output_shape == (None, 24, 32, 5)
    assert 60_000 < build_unet((128, 128, 3), 2).count_params() < 80_000
    with pytest.raises(ValueError, match="divisible by 16 and at least 32, got 50x48"):
        build_unet((48, 50, 3), 2)
    with pytest.raises(ValueError, match="classes must be at least 2"):
        build_unet((48, 48, 3), 1)


def test_a_segmenter_trains_converts_and_runs(tmp_path):
    from edgevision.training.train import preview, train

    folder = write_masked_scenes(tmp_path / "scenes", 40, 32, seed=1, difficulty=EASY)
    output = tmp_path / "net.keras"
    request = TrainRequest(
        folder,
        output,
        input_size=(32, 32),
        width=0.5,
        epochs=4,
        batch_size=4,
        class_weights="balanced",
    )
    sheet = preview(request, tmp_path / "sheet.png")
    assert cv2.imread(str(sheet)).shape[1] > 300
    report = train(request)
    assert report.task == "segmentation"
    assert set(report.metrics) == {"mean IoU", "pixels right"}
    assert report.labels[:2] == ("background", "circle")
    made = edgevision.convert(output, calibration=folder / "images")
    card = made.card.to_dict()
    assert (card["task"], card["output"]["decoder"]) == ("segmentation",) * 2
    assert card["output"]["labels"][0] == "background"
    path = folder / "images" / "00000.png"
    with edgevision.load_model(made.path) as model:
        found = model(path)
    assert found.mask.shape == (32, 32)
    # The file answers as the network does, whatever that has learned by now.
    import keras

    net = keras.models.load_model(output, compile=False)
    rgb = cv2.imread(str(path))[None, ..., ::-1].astype(np.float32)
    logits = cv2.resize(np.asarray(net(rgb))[0], (32, 32))
    truth = logits.argmax(axis=-1).astype(np.uint8)
    assert mean_iou([found.mask], [truth]).pixel_accuracy > 0.9


def test_choices_that_mean_nothing_are_not_taken(tmp_path):
    from edgevision.training.train import train

    folder = write_masked_scenes(tmp_path / "scenes", 4, 32, seed=1)
    with pytest.raises(ValueError, match="trained from scratch"):
        train(
            TrainRequest(
                folder, tmp_path / "a.keras", input_size=(32, 32), weights="imagenet"
            )
        )
    with pytest.raises(ValueError, match="no such choice: strides"):
        train(
            TrainRequest(
                folder,
                tmp_path / "a.keras",
                input_size=(32, 32),
                options={"strides": [8]},
            )
        )
