"""The first normalizing layer tells the scale, whatever stands around it."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.first_statistics import (
    FirstStatistics,
    StatisticsReader,
)
from edgevision.converters.keras.source_model import ModelInput, SourceModel, from_keras
from edgevision.converters.scale.candidate import candidates
from edgevision.converters.scale.weighing import fitting_scale, weigh_scales

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def pixels():
    """Return 24 smooth pictures whose channels differ, as in photographs."""
    generator = np.random.default_rng(2)
    coarse = generator.uniform(0, 255, (24, 4, 4, 3)) * [1, 0.9, 0.7] + [0, 10, 30]
    return np.kron(coarse, np.ones((1, 4, 4, 1))).clip(0, 255).astype(np.uint8)


def layers_of(keras, kind):
    layers = keras.layers
    conv = layers.Conv2D(8, 3, name="conv")
    batch = layers.BatchNormalization(name="statistics")
    return {
        "first": [batch, conv],
        "after_convolution": [conv, batch],
        "after_activation": [conv, layers.ReLU(), layers.MaxPooling2D(), batch],
        "nested": [keras.Sequential([conv, batch, layers.ReLU()], name="body")],
        "own_layer_in_front": [layers.Rescaling(1 / 127.5, -1), conv, batch],
        "after_dense": [layers.Flatten(), layers.Dense(12), batch],
    }[kind]


def trained_on(keras, kind, candidate, pixels):
    """Return a model whose statistics are exactly those of pictures in a scale."""
    keras.utils.set_random_seed(4)
    inputs = keras.Input((16, 16, 3))
    x = inputs
    for layer in layers_of(keras, kind):
        x = layer(x)
    x = keras.layers.Dense(5, activation="softmax")(keras.layers.Flatten()(x))
    model = keras.Model(inputs, x)
    source = from_keras(model)
    reader = StatisticsReader(source)
    _, values = reader.read(candidate.inputs(pixels))
    rows = values.reshape(-1, values.shape[-1]).astype(np.float64)
    statistics = next(
        layer
        for layer in [*model.layers, *getattr(model.layers[1], "layers", ())]
        if layer.name == "statistics"
    )
    statistics.moving_mean.assign(rows.mean(axis=0))
    statistics.moving_variance.assign(rows.var(axis=0))
    return source, statistics


@pytest.mark.parametrize("trained", candidates(3), ids=lambda item: item.normalize)
@pytest.mark.parametrize("kind", ["first", "after_activation"])
def test_the_scale_of_the_training_is_proven(kind, trained, pixels):
    import keras

    model, _ = trained_on(keras, kind, trained, pixels)
    evidence = weigh_scales(model, lambda arrays: [np.ones((24, 5))], pixels)
    assert evidence.layer == "statistics"
    assert evidence.proven.candidate.normalize == trained.normalize
    assert evidence.proven.distance == pytest.approx(0, abs=1e-3)
    raw, unit = candidates(3)[:2]
    found = fitting_scale(model, pixels, unit if trained != unit else raw)
    assert found[0].candidate == trained
    assert fitting_scale(model, pixels, trained) is None


@pytest.mark.parametrize(
    "kind", ["after_convolution", "nested", "own_layer_in_front", "after_dense"]
)
def test_it_is_found_wherever_it_stands(kind, pixels):
    import keras

    unit = candidates(3)[1]
    model, _ = trained_on(keras, kind, unit, pixels)
    evidence = weigh_scales(model, lambda arrays: [np.ones((24, 5))], pixels)
    assert evidence.proven.candidate == unit
    # Nothing is left of the look: the model computes as before.
    outputs = model.call([unit.inputs(pixels)])
    assert np.asarray(outputs[0]).shape == (24, 5)


def test_a_frozen_layer_tells_of_an_earlier_training(pixels):
    import keras

    model, statistics = trained_on(keras, "nested", candidates(3)[2], pixels)
    statistics.trainable = False
    evidence = weigh_scales(model, lambda arrays: [np.ones((24, 5))], pixels)
    assert evidence.is_frozen
    assert evidence.proven is None
    assert evidence.rows[0].candidate.normalize == "signed"


def test_a_body_that_runs_as_inference_tells_of_an_earlier_training(pixels):
    """As in Keras' guide to transfer learning: base(x, training=False)."""
    import keras

    body = keras.Sequential(
        [keras.Input((16, 16, 3)), keras.layers.BatchNormalization()], name="body"
    )
    inputs = keras.Input((16, 16, 3))
    x = keras.layers.GlobalAveragePooling2D()(body(inputs, training=False))
    reader = StatisticsReader(from_keras(keras.Model(inputs, x)))
    statistics, _ = reader.read(pixels.astype(np.float32))
    assert statistics.is_frozen


def test_statistics_of_the_initializers_say_nothing(pixels):
    import keras

    inputs = keras.Input((16, 16, 3))
    x = keras.layers.BatchNormalization()(inputs)
    source = from_keras(keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x)))
    assert not StatisticsReader(source).read(pixels.astype(np.float32))[0].is_trained
    evidence = weigh_scales(source, lambda arrays: [np.ones((24, 5))], pixels)
    assert evidence.layer == ""
    assert fitting_scale(source, pixels, candidates(3)[0]) is None


def test_a_saved_model_has_no_layers_to_look_at(pixels):
    source = SourceModel(
        (ModelInput("x", (16, 16, 3), "float32"),), ("y",), lambda tensors: tensors
    )
    assert StatisticsReader(source).read(pixels.astype(np.float32)) is None


def test_distance_is_0_for_equal_statistics_and_grows_with_scale_and_shift(rng):
    values = rng.normal(3, 2, (500, 4))
    statistics = FirstStatistics(
        "bn", "BatchNormalization", values.mean(0), values.var(0), is_frozen=False
    )
    assert statistics.distance(values) == pytest.approx(0, abs=1e-9)
    shifted = statistics.distance(values + 2)
    assert shifted == pytest.approx(1, rel=0.1)  # one standard deviation
    # twice the standard deviation, and the mean moved by 1.5 of them
    assert statistics.distance(values * 2) == pytest.approx(
        np.hypot(np.log(2), 1.5), rel=0.1
    )
    # No channel counts without end.
    assert statistics.distance(values * 1e9) == pytest.approx(np.hypot(10, 10))


def test_channels_that_never_answered_do_not_decide(rng):
    values = rng.normal(size=(500, 2)) * [1, 1e-9]
    statistics = FirstStatistics(
        "bn", "BatchNormalization", values.mean(0), values.var(0), is_frozen=False
    )
    assert statistics.distance(values * [1, 1e4]) == pytest.approx(0, abs=1e-3)


def test_keras_2_is_read_alike(pixels):
    tf_keras = pytest.importorskip("tf_keras")
    unit = candidates(3)[1]
    inputs = tf_keras.Input((16, 16, 3), name="picture")
    inner = tf_keras.Sequential(
        [tf_keras.layers.Conv2D(8, 3), tf_keras.layers.BatchNormalization()]
    )
    x = tf_keras.layers.GlobalAveragePooling2D()(inner(inputs))
    model = tf_keras.Model(inputs, tf_keras.layers.Dense(5)(x))
    source = SourceModel(
        (ModelInput("picture", (16, 16, 3), "float32"),),
        ("scores",),
        lambda tensors: [model(tensors[0], training=False)],
        keras=model,
    )
    _, values = StatisticsReader(source).read(unit.inputs(pixels))
    rows = values.reshape(-1, 8).astype(np.float64)
    inner.layers[-1].moving_mean.assign(rows.mean(axis=0))
    inner.layers[-1].moving_variance.assign(rows.var(axis=0))
    evidence = weigh_scales(source, lambda arrays: [np.ones((24, 5))], pixels)
    assert evidence.proven.candidate == unit


def test_what_is_smaller_than_epsilon_makes_no_difference(rng):
    """A net with x / 255 twice: its variance never left that of the initializer."""
    values = rng.normal(0, 1e-4, (500, 4))
    statistics = FirstStatistics(
        "bn",
        "BatchNormalization",
        values.mean(0),
        np.full(4, 7e-4),
        is_frozen=False,
        epsilon=1e-3,
    )
    assert statistics.distance(values) < 0.4
    assert statistics.distance(values * 255) < 0.4  # still far below
    assert statistics.distance(values * 255 * 20) > 1
