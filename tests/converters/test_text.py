"""A reader of lines: a tiny CRNN, converted to int8 and run."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

import edgevision

pytestmark = pytest.mark.tf

HEIGHT, STEPS, ALPHABET = 8, 6, "012"


@pytest.fixture(scope="module")
def network():
    """Return a net that reads the brightness of each of six columns of 8 x 8 pixels."""
    import keras

    keras.utils.set_random_seed(1)
    layers = keras.layers
    line = keras.Input((HEIGHT, STEPS * 8, 1))
    x = layers.Rescaling(1 / 255)(line)
    x = layers.AveragePooling2D((HEIGHT, 8))(x)
    x = layers.Reshape((STEPS, 1))(x)
    memory = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(x)
    x = layers.Concatenate()([x, layers.Rescaling(1e-3)(memory)])
    # Black is the blank; three grays are three characters.
    centers = np.array([0.4, 0.7, 1.0, 0.0])
    weights = np.zeros((5, 4))
    weights[0] = 2 * centers
    dense = layers.Dense(4, activation="softmax")
    net = keras.Model(line, dense(layers.Rescaling(60)(x)))
    dense.set_weights([weights, -60 * centers**2])
    return net


def lines(rng, count):
    """Return pictures of random lines, and what they say by CTC."""
    classes = rng.integers(0, 4, (count, STEPS))
    gray = np.array([102, 178, 255, 0], np.uint8)[classes]
    pictures = np.repeat(np.repeat(gray[:, None, :, None], HEIGHT, 1), 8, 2)
    groups = [[key for key, _ in groupby(row)] for row in classes.tolist()]
    texts = ["".join(ALPHABET[c] for c in row if c < 3) for row in groups]
    return pictures, texts


def test_a_line_is_read_as_before(network, rng, tmp_path):
    pictures, texts = lines(rng, 40)
    report = edgevision.convert(
        network,
        tmp_path / "reader.tflite",
        calibration=pictures,
        task="text",
        decoder_options={"alphabet": ALPHABET},
    )
    assert report.verification["metric"] == "lines that read the same"
    assert report.verification["agreement"] >= 0.9
    with edgevision.load_model(tmp_path / "reader.tflite") as model:
        read = [model(picture[..., 0]).text for picture in pictures]
    same = sum(one == other for one, other in zip(read, texts, strict=True))
    assert same >= 36
