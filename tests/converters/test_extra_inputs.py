"""A picture and numbers: converted, verified, and run with other numbers."""

from __future__ import annotations

import numpy as np
import pytest

import edgevision
from edgevision.errors import CalibrationError

pytestmark = pytest.mark.tf

SIDE = 8


@pytest.fixture(scope="module")
def network():
    """Return a net whose answer is the picture's mean plus twice the speed."""
    import keras

    layers = keras.layers
    view = keras.Input((SIDE, SIDE, 3), name="view")
    speed = keras.Input((1,), name="speed")
    x = layers.Rescaling(1 / 255)(view)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(1, kernel_initializer="ones", name="brightness")(x)
    y = layers.Dense(1, kernel_initializer="ones", name="gain")(speed)
    total = layers.Add()([x, y, y])
    return keras.Model({"view": view, "speed": speed}, total)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(5)
    plain = rng.integers(0, 256, (24, 1, 1, 3))
    noise = rng.integers(-20, 21, (24, SIDE, SIDE, 3))
    return np.clip(plain + noise, 0, 255).astype(np.uint8)


def convert(network, pictures, target, value):
    return edgevision.convert(
        network,
        target,
        calibration=pictures,
        inputs={"speed": value},
        task="values",
    )


def test_an_input_with_a_range_is_fed_from_python(network, pictures, tmp_path):
    target = tmp_path / "open.tflite"
    report = convert(network, pictures, target, "0..2")
    assert report.card.extra_inputs[0].name == "speed"
    with edgevision.load_model(target) as model:
        for speed in (0.0, 0.7, 2.0):
            result = model(pictures[0], color="rgb", inputs={"speed": speed})
            expected = (pictures[0] / 255).mean((0, 1)).sum() + 2 * speed
            step = report.card.quantization["step"][0]
            assert abs(result.values[0] - expected) <= 3 * step


def test_a_fixed_input_is_gone_from_the_file(network, pictures, tmp_path):
    target = tmp_path / "fixed.tflite"
    report = convert(network, pictures, target, 0.5)
    assert report.card.extra_inputs == ()
    with edgevision.load_model(target) as model:
        result = model(pictures[1], color="rgb")
    expected = (pictures[1] / 255).mean((0, 1)).sum() + 1
    assert abs(result.values[0] - expected) <= 3 * report.card.quantization["step"][0]


def test_numbers_that_nobody_gave_are_asked_for_by_name(network, folder, tmp_path):
    with pytest.raises(CalibrationError, match="Pass --input speed=VALUE"):
        edgevision.convert(network, tmp_path / "no.tflite", calibration=folder)
