"""Models that answer with a picture or a mask: converted, verified and run."""

from __future__ import annotations

import numpy as np
import pytest

import edgevision
from edgevision.errors import ConversionError

pytestmark = pytest.mark.tf

SIDE = 16


@pytest.fixture(scope="module")
def pictures():
    """Return 24 smooth pictures of every brightness, uint8 (N, 16, 16, 3), RGB."""
    rng = np.random.default_rng(3)
    small = rng.integers(0, 256, (24, 4, 4, 3))
    large = small.repeat(4, axis=1).repeat(4, axis=2)
    return np.clip(large + rng.integers(-9, 10, large.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def enlarger():
    """Return a net that doubles a picture of 0..1 and sharpens it, without an end."""
    import keras

    view = keras.Input((SIDE, SIDE, 3), name="small")
    x = keras.layers.UpSampling2D(2)(view)
    sharpen = keras.layers.Conv2D(3, 3, padding="same", use_bias=False)
    net = keras.Model(view, sharpen(x))
    kernel = np.zeros((3, 3, 3, 3), np.float32)
    for channel in range(3):
        kernel[:, :, channel, channel] = -0.05
        kernel[1, 1, channel, channel] = 1.27  # 127 steps of 0.01: exact
    sharpen.set_weights([kernel])
    return net


@pytest.fixture(scope="module")
def masker():
    """Return a net whose one channel of logits is above 0 where red is above 128."""
    import keras

    view = keras.Input((SIDE, SIDE, 3), name="view")
    x = keras.layers.Rescaling(1 / 255)(view)
    layer = keras.layers.Conv2D(1, 1)
    net = keras.Model(view, layer(x))
    layer.set_weights([np.reshape([4.0, 0, 0], (1, 1, 3, 1)), np.asarray([-2.0])])
    return net


def test_values_beyond_black_and_white_are_right_on_the_device(
    enlarger, pictures, tmp_path
):
    target = tmp_path / "large.tflite"
    exact = enlarger.predict(pictures[:4] / 255, verbose=0) * 255
    report = edgevision.convert(
        enlarger,
        target,
        calibration=pictures[4:],
        normalize="unit",
        verify=(pictures[:4], np.clip(exact, 0, 255)),
        max_drop=0.05,
    )
    assert report.card.task == "image"
    assert report.card.output.options["std"] == 255
    assert any("nearest to it as 0..1" in note for note in report.notes)
    verification = report.verification
    assert verification["metric"] == "SSIM"
    assert verification["agreement"] > 0.97
    assert verification["details"]["psnr_db"] > 30
    assert verification["accuracy_name"] == "SSIM to the true pictures"
    assert verification["float"] > 0.999
    assert verification["details"]["float_psnr_to_truth_db"] > 45
    assert exact.min() < -5  # the net does leave 0..255
    with edgevision.load_model(target) as model:
        for picture, expected in zip(pictures, exact, strict=False):
            result = model(picture, color="rgb")
            assert result.image.shape == (2 * SIDE, 2 * SIDE, 3)
            gap = result.image[..., ::-1] - np.clip(expected, 0, 255)
            assert np.abs(gap).mean() < 2


def test_a_picture_unlike_its_input_is_asked_for_its_units(pictures, tmp_path):
    import keras

    view = keras.Input((SIDE, SIDE, 3))
    blind = keras.layers.Conv2D(3, 1, kernel_initializer="zeros")(view)
    net = keras.Model(view, blind)
    with pytest.raises(ConversionError, match="--option mean=0 --option std=255"):
        edgevision.convert(
            net,
            tmp_path / "no.tflite",
            calibration=pictures,
            normalize="unit",
            task="image",
        )


def test_a_map_is_kept_as_numbers(masker, pictures, tmp_path):
    target = tmp_path / "map.tflite"
    report = edgevision.convert(
        masker,
        target,
        calibration=pictures,
        task="image",
        decoder_options={"kind": "map", "near": "large"},
    )
    assert report.verification["metric"] == "correlation of the maps"
    assert report.verification["agreement"] > 0.999
    step = report.card.quantization["step"][0]
    exact = masker.predict(pictures[:1].astype(np.float32), verbose=0)[0, :, :, 0]
    with edgevision.load_model(target) as model:
        result = model(pictures[0], color="rgb")
    np.testing.assert_allclose(result.values, exact, atol=2 * step)
    assert result.to_dict()["image"]["near"] == "large"


def test_a_mask_of_logits_is_cut_at_zero(masker, pictures, tmp_path):
    """It was cut at one half: a tenth of the pixels were wrong, without a word."""
    target = tmp_path / "mask.tflite"
    report = edgevision.convert(
        masker, target, calibration=pictures, task="segmentation", labels=["red"]
    )
    assert report.card.output.labels == ("background", "red")
    assert report.card.output.options["activation"] == "sigmoid"
    details = report.verification["details"]
    assert {"iou_background", "iou_red"} <= set(details)
    assert report.verification["agreement"] > 0.95
    with edgevision.load_model(target) as model:
        for picture in pictures[:4]:
            result = model(picture, color="rgb")
            red = picture[..., 0].astype(int)
            sure = abs(red - 127.5) > 4  # a step of the file is 1/64 of its range
            np.testing.assert_array_equal(result.mask[sure], (red > 127)[sure])
    assert set(result.labels) <= {"background", "red"}


def test_a_row_of_pixels_comes_back_as_a_picture(tmp_path):
    """A dense autoencoder: 256 numbers in, as many out, read as 16x16 pixels."""
    import keras

    net = keras.Sequential(
        [keras.Input((SIDE * SIDE,)), keras.layers.Dense(SIDE * SIDE, name="out")]
    )
    net.set_weights([np.eye(SIDE * SIDE) * 0.5, np.full(SIDE * SIDE, 0.25)])
    net.compile("sgd", "mean_squared_error")
    source, target = tmp_path / "dense.keras", tmp_path / "dense.tflite"
    net.save(source)
    rng = np.random.default_rng(8)
    gray = rng.integers(0, 256, (24, SIDE, SIDE, 1), np.uint8)
    report = edgevision.convert(
        source, target, calibration=gray, normalize="unit", input_size=(SIDE, SIDE)
    )
    assert report.card.task == "image"
    assert any("256 numbers are taken as a picture" in note for note in report.notes)
    with edgevision.load_model(target) as model:
        shown = model(gray[0]).image
    expected = gray[0, ..., 0] / 2 + 64
    assert np.abs(shown.reshape(SIDE, SIDE, -1)[..., 0] - expected).max() <= 4
    # By the caller's word they stay numbers.
    report = edgevision.convert(
        source,
        target,
        calibration=gray,
        normalize="unit",
        input_size=(SIDE, SIDE),
        task="values",
        force=True,
    )
    assert report.card.task == "values"


def test_a_generator_without_a_channel_axis_makes_gray_pictures(tmp_path):
    import keras

    net = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(SIDE * SIDE, activation="sigmoid"),
            keras.layers.Reshape((SIDE, SIDE)),
        ]
    )
    noise = np.random.default_rng(2).normal(size=(64, 6)).astype(np.float32)
    target = tmp_path / "generator.tflite"
    report = edgevision.convert(net, target, calibration=noise)
    assert report.card.task == "generation"
    with edgevision.load_model(target) as model:
        made = model.generate(2, seed=1)
    exact = net.predict(made.latents, verbose=0) * 255
    assert np.abs(made.images[..., 0] - exact).mean() < 4
