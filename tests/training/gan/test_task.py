"""Generators train, go on after a kill, convert without flags, and make pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.gan.silhouettes import make_silhouettes
from edgevision.training.request import TrainRequest

import edgevision
from edgevision.errors import OutputExistsError, TrainingError

pytestmark = pytest.mark.tf


def test_silhouettes_are_white_on_black_and_follow_their_seed():
    images = make_silhouettes(12, 16, seed=3)
    assert images.shape == (12, 16, 16, 1)
    np.testing.assert_array_equal(images, make_silhouettes(12, 16, seed=3))
    share = (images > 127).mean(axis=(1, 2, 3))
    assert share.min() > 0.1
    assert share.max() < 0.8
    assert not images[:, 0, 0].any()  # corners
    with pytest.raises(ValueError, match="shapes must be some of circle"):
        make_silhouettes(1, 16, seed=0, shapes=("moon",))


@pytest.mark.parametrize(
    ("name", "shape", "parameters"),
    [
        # 100·128+128, 128·256+256, 256·512+512, 512·3072+3072 and BatchNorms of 4 each
        ("gan-dense", (32, 32, 3), 1_757_056),
        ("dcgan", (32, 32, 1), 370_049),
        ("dcgan", (28, 28, 3), None),
        ("dcgan", (64, 64, 3), None),
        ("gan-dense", (24, 40, 1), None),
    ],
)
def test_nets_have_the_shapes_that_they_promise(name, shape, parameters):
    from edgevision.training.gan.networks import build_discriminator, build_generator

    generator = build_generator(name, shape)
    assert generator.input_shape == (None, 100)
    assert generator.output_shape == (None, *shape)
    if parameters:
        assert generator.count_params() == parameters
    judge = build_discriminator(name, shape, width=0.2)
    assert judge.input_shape == (None, *shape)
    assert judge.output_shape == (None, 1)


def test_the_dense_generator_can_leave_black_and_white_again():
    """Where the picture is white, its tanh has a slope to learn from."""
    import tensorflow as tf
    from edgevision.training.gan.networks import build_generator

    generator = build_generator("gan-dense", (8, 8, 1), latent=4)
    dense = next(layer for layer in generator.layers if layer.output.shape[-1] == 64)
    dense.kernel.assign(tf.zeros_like(dense.kernel))
    dense.bias.assign(tf.fill(dense.bias.shape, float(np.arctanh(0.8))))
    latents = tf.zeros((1, 4))
    with tf.GradientTape() as tape:
        tape.watch(dense.bias.value)
        image = generator(latents)
        total = tf.reduce_sum(image)
    np.testing.assert_allclose(image, 1.0, atol=1e-6)
    slope = np.asarray(tape.gradient(total, dense.bias.value))
    np.testing.assert_allclose(slope, (1 - 0.8**2) / 0.8, atol=1e-5)


def test_pictures_that_no_net_makes_are_refused():
    from edgevision.training.gan.networks import build_discriminator, build_generator

    with pytest.raises(ValueError, match="divisible by 4 and above 8; got 30x30"):
        build_generator("dcgan", (30, 30, 3))
    with pytest.raises(ValueError, match="1 or 3 channels, got 32x32x4"):
        build_generator("gan-dense", (32, 32, 4))
    with pytest.raises(ValueError, match="Did you mean 'dcgan'"):
        build_generator("dcgn", (32, 32, 3))
    with pytest.raises(ValueError, match="No architecture 'x'"):
        build_discriminator("x", (32, 32, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of white shapes."""
    place = tmp_path_factory.mktemp("shapes")
    for number, image in enumerate(make_silhouettes(48, 16, seed=1)):
        cv2.imwrite(str(place / f"{number}.png"), image)
    return place


def _request(folder: Path, output: Path, **choices: object) -> TrainRequest:
    settings = {
        "task": "gan",
        "arch": "dcgan",
        "input_size": (16, 16),
        "color": "gray",
        "width": 0.1,
        "batch_size": 16,
        "epochs": 3,
        "options": {"latent": 8},
        **choices,
    }
    return TrainRequest(folder, output, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    """Return a dcgan's report, and its workspace as a kill would have left it."""
    from edgevision.training.train import train

    place = tmp_path_factory.mktemp("dcgan")
    request = _request(folder, place / "gen.keras")

    def copy_state(line):
        if line.startswith("epoch 2 "):
            shutil.copytree(request.workspace, place / "cut")

    return train(request, callbacks=TrainCallbacks(on_epoch=copy_state)), place / "cut"


@pytest.fixture(params=["dcgan", "gan-dense"])
def report(request, folder, tmp_path):
    """Return the report of a trained generator."""
    from edgevision.training.train import train

    if request.param == "dcgan":
        return request.getfixturevalue("trained")[0]
    return train(_request(folder, tmp_path / "gen.keras", arch=request.param))


def test_a_generator_trains_converts_and_generates(report, folder, tmp_path):
    from edgevision.training.train import train

    output = report.path
    assert report.task == "gan"
    assert report.facts["pictures"] > 40
    assert {"d_loss", "g_loss", "real", "fake", "spread"} <= set(report.history[0])
    assert output.with_suffix(".history.csv").is_file()
    assert output.with_suffix(".curves.png").is_file()
    grids = sorted(path.name for path in output.with_suffix(".samples").iterdir())
    assert grids == ["epoch-0001.png", "epoch-0002.png", "epoch-0003.png"]
    assert any("few" in text for text in report.warnings)
    assert report.next_commands[0].startswith("edgevision convert")
    made = edgevision.convert(output, tmp_path / "gen.tflite", calibration_count=20)
    card = made.card.to_dict()
    assert card["task"] == "generation"
    assert card["output"]["options"] == {"mean": 127.5, "std": 127.5, "latent": 8}
    assert card["quantization"]["calibration"]["count"] == 20
    # Of nearly untrained nets the pictures are nearly gray: no relative error.
    assert card["verification"]["details"]["psnr_db"] > 30
    found = edgevision.generate(made.path, 5, seed=1)
    assert found.images.shape == (5, 16, 16, 3)
    assert found.images.std() > 0
    other = tmp_path / "other.keras"
    shutil.copytree(output.with_suffix(".samples"), other.with_suffix(".samples"))
    with pytest.raises(OutputExistsError, match="grids of an earlier training"):
        train(_request(folder, other, arch=report.arch))


def test_a_training_that_was_killed_goes_on_alike(trained, folder, tmp_path):
    import keras
    from edgevision.training.train import train

    whole, cut = trained
    torn = _request(folder, tmp_path / "torn.keras", resume=True)
    shutil.copytree(cut, torn.workspace)
    epochs = []
    train(torn, callbacks=TrainCallbacks(on_epoch=epochs.append))
    assert len(epochs) == 1  # what was learned stays learned
    first, second = (
        keras.models.load_model(path, compile=False)
        for path in (whole.path, torn.output)
    )
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_what_a_generator_cannot_use_is_refused(folder, tmp_path):
    from edgevision.training.train import train

    with pytest.raises(ValueError, match="trained from scratch"):
        train(_request(folder, tmp_path / "a.keras", weights="imagenet"))
    with pytest.raises(ValueError, match="No option of gan 'latents'. Did you mean"):
        train(_request(folder, tmp_path / "a.keras", options={"latents": 3}))
    with pytest.raises(ValueError, match="latent must be at least 1, got 0"):
        train(_request(folder, tmp_path / "a.keras", options={"latent": 0}))
    with pytest.raises(ValueError, match="no use for patience"):
        train(_request(folder, tmp_path / "a.keras", patience=3))
    (tmp_path / "none").mkdir()
    with pytest.raises(TrainingError, match="holds no pictures"):
        train(_request(tmp_path / "none", tmp_path / "a.keras"))


def test_only_a_generator_needs_no_calibration(tmp_path):
    import keras

    from edgevision.errors import CalibrationError

    vector = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
    with pytest.raises(CalibrationError, match="Pass --calibration"):
        edgevision.convert(vector, tmp_path / "a.tflite", task="embedding")
    image = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(CalibrationError, match="Pass --calibration"):
        edgevision.convert(image, tmp_path / "a.tflite", normalize="raw")
