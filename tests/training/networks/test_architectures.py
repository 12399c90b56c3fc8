"""Every architecture by name: shapes, parameters, pixels in, scores out."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from edgevision.training.keras_import import load_keras
from edgevision.training.networks.architectures import ARCHITECTURES, build

import edgevision
from edgevision.errors import MissingDependencyError
from edgevision.registry import resolve

# The published ones are in test_applications.py.
OWN = [name for name, at in ARCHITECTURES.items() if ".architectures:" in at]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_name_leads_to_a_documented_function(name):
    assert resolve("architecture", name, ARCHITECTURES).__doc__


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cnm", (32, 32, 3), 6), r"No architecture 'cnm'\. Did you mean 'cnn'\?"),
        (("cnn", (32, 32, 3), 1), "classes must be at least 2, got 1"),
        (("cnn", (21, 32, 3), 6), "at least 22x22 pixels.* got 21x32"),
    ],
)
def test_wrong_calls_name_the_value(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        build(*arguments)


def test_width_must_be_positive():
    with pytest.raises(ValueError, match="width must be above 0, got 0"):
        build("cnn", (32, 32, 3), 6, width=0)


def test_missing_tensorflow_is_a_sentence_with_the_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingDependencyError, match="pip install tensorflow"):
        load_keras()


@pytest.mark.tf
@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("side", [22, 33])
def test_a_narrow_network_turns_pixels_into_scores(name, side, rng):
    model = build(name, (side, side, 3), 5, width=0.1)
    pictures = rng.integers(0, 256, (2, side, side, 3)).astype(np.uint8)
    scores = np.asarray(model(pictures))
    assert scores.shape == (2, 5)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert model.layers[0].name.startswith(("image", "rescaling"))


@pytest.mark.tf
def test_the_networks_have_the_parameters_of_their_drawing():
    # Weights and biases counted by hand from the layers' sizes.
    def conv(a, b):
        return 9 * a * b + b

    body = conv(3, 32) + conv(32, 64) + conv(64, 64)
    cnn = body + 4 * 4 * 64 * 64 + 64 + 64 * 10 + 10
    assert build("cnn", (32, 32, 3), 10).count_params() == cnn
    deep = sum(
        9 * a * b + 4 * b for a, b in ((3, 32), (32, 64), (64, 128), (128, 128))
    ) + (2 * 2 * 128 * 1024 + 1024 + 1024 * 10 + 10)
    assert build("cnn-deep", (32, 32, 3), 10).count_params() == deep
    large = conv(3, 32) + conv(32, 64) + conv(64, 128)
    large += 26 * 26 * 128 * 128 + 128 + 128 * 2 + 2
    assert build("cnn-224", (224, 224, 3), 2).count_params() == large


@pytest.mark.tf
@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_a_narrow_network_becomes_int8_and_runs(name, tmp_path, rng):
    model = build(name, (24, 24, 3), 4, width=0.1)
    pictures = rng.integers(0, 256, (30, 24, 24, 3)).astype(np.uint8)
    report = edgevision.convert(
        model, tmp_path / "net.tflite", calibration=pictures[:20], verify=pictures[20:]
    )
    assert not report.float_operators
    float_scores = np.asarray(model(pictures[20:]))
    with edgevision.load_model(report.path) as loaded:
        for picture, expected in zip(pictures[20:], float_scores, strict=True):
            result = loaded(picture, color="rgb")
            scores = result.scores[np.argsort(result.class_ids)]
            # A few steps of 1/256: nothing was lost on the way to int8.
            np.testing.assert_allclose(scores, expected, atol=0.03)
