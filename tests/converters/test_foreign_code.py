"""Whole conversions of files that hold or name code: by --lambda and --custom."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import edgevision

pytestmark = pytest.mark.tf

LAYERS = """
import keras

class Times(keras.layers.Layer):
    def __init__(self, factor=3.0, **rest):
        super().__init__(**rest)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
"""
NET = """
import keras
from own_layers import Times

keras.utils.set_random_seed(3)
inputs = keras.Input((8, 8, 3))
x = keras.layers.Lambda(lambda x: x / 127.5 - 1, name="scale")(inputs)
x = keras.layers.Conv2D(4, 3, activation="relu")(x)
x = keras.layers.GlobalAveragePooling2D()(Times(2.0)(x))
keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x)).save("net.keras")
"""


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "own_layers.py").write_text(LAYERS)
    run = subprocess.run(
        [sys.executable, "-c", NET], cwd=folder, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return folder / "net.keras"


def test_an_own_layer_comes_from_a_file(net, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(net.parent))
    import keras
    from own_layers import Times

    path = tmp_path / "net.tflite"
    report = edgevision.convert(
        net,
        path,
        custom=net.parent / "own_layers.py",
        lambdas={"scale": "x / 127.5 - 1"},
        recipe="float32",
    )
    assert any("'scale': signed" in note for note in report.notes)
    truth = keras.models.load_model(net, {"Times": Times}, safe_mode=False)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    # Keras takes RGB; a model takes pictures as OpenCV has them.
    expected = np.asarray(truth(pictures[..., ::-1].astype(np.float32)))
    with edgevision.load_model(path) as model:
        for picture, row in zip(pictures, expected, strict=True):
            result = model(picture)
            np.testing.assert_allclose(result.scores, np.sort(row)[::-1], atol=1e-5)


def test_the_refusals_name_the_options(net, tmp_path):
    out = tmp_path / "out.tflite"
    with pytest.raises(
        edgevision.EdgeVisionError, match=r"lambda 'scale=x / 127.5 - 1'"
    ):
        edgevision.convert(net, out, recipe="float32")
    with pytest.raises(ValueError, match="the name 'y' is unknown"):
        edgevision.convert(net, out, recipe="float32", lambdas={"scale": "y"})


def test_a_file_of_2018_converts_by_its_lambda(shared, tmp_path):
    path = shared / "keras-wild" / "steering_lambda_keras2.2.h5"
    report = edgevision.convert(
        path,
        tmp_path / "steering.tflite",
        calibration=shared / "cifar10" / "calibration",
        calibration_count=20,
        lambdas={"lambda_1": "x / 127.5 - 1"},
        recipe="float16",
        task="values",
    )
    assert report.card.input.mean == (0.0,)
    assert report.verification["agreement"] > 0.99
