"""Networks that were never trained are known by their biases."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.source_model import ModelInput, SourceModel, from_keras
from edgevision.converters.keras.training.training_state import is_untrained

pytestmark = pytest.mark.tf


def network(keras):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )


def test_one_step_of_training_changes_a_bias():
    import keras

    model = network(keras)
    assert is_untrained(from_keras(model))
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.train_on_batch(
        np.random.default_rng(0).random((4, 8, 8, 3)), np.arange(4) % 2
    )
    assert not is_untrained(from_keras(model))


def test_a_model_without_biases_counts_as_trained():
    import keras

    model = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, use_bias=False)]
    )
    assert not is_untrained(from_keras(model))


def test_a_saved_model_that_lists_its_variables_is_known_too(tmp_path):
    import keras
    import tensorflow as tf

    network(keras).export(tmp_path / "net", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "net"))
    item = ModelInput("x", (8, 8, 3), "float32")
    assert is_untrained(SourceModel((item,), ("y",), lambda x: x, keep=loaded))
    assert not is_untrained(SourceModel((item,), ("y",), lambda x: x, keep=None))
