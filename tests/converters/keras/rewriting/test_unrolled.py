"""Recurrent layers without their loop give the same numbers, in both Kerases."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras import from_keras, without_loops
from edgevision.converters.keras.layers import refuse_loops

from edgevision.errors import ConversionError

pytestmark = pytest.mark.tf

MAKERS = ["keras", "tf_keras"]


def reader(maker: str, steps: int | None = 6):
    """Return a small net that reads a line: columns of a picture, then two LSTMs."""
    keras = pytest.importorskip(maker)
    keras.utils.set_random_seed(2)
    layers = keras.layers
    line = keras.Input((steps, 4))
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(line)
    x = layers.GRU(5, return_sequences=True, go_backwards=True)(x)
    return keras.Model(line, layers.Dense(4, activation="softmax")(x))


@pytest.mark.parametrize("maker", MAKERS)
def test_the_answers_are_the_same(maker, rng):
    net = reader(maker)
    model = without_loops(from_keras(net))
    assert "are written out" in model.notes[-1]
    rows = rng.random((3, 6, 4), np.float32)
    (scores,) = model.call([rows])
    np.testing.assert_allclose(scores, net(rows), atol=1e-6)


@pytest.mark.parametrize("steps", [None, 200])
def test_an_open_or_long_loop_stays(steps):
    model = from_keras(reader("keras", steps))
    assert without_loops(model) is model
    with pytest.raises(ConversionError, match="runs as a loop.*unroll=True"):
        refuse_loops(model.keras)


def test_a_model_without_recurrent_layers_stays():
    import keras

    model = from_keras(keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]))
    assert without_loops(model) is model
