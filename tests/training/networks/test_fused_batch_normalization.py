"""The fused layer against Keras': values, slopes, moving statistics, saved files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from edgevision.training.keras_import import load_keras
from edgevision.training.loop.saving import save
from edgevision.training.networks.fused_batch_normalization import batch_normalization

pytestmark = pytest.mark.tf


def _trained(layer: Any, batches: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Return what a layer says of the last batch, its slopes and its statistics."""
    import tensorflow as tf

    layer.build(batches[0].shape)
    rng = np.random.default_rng(3)
    channels = batches[0].shape[-1]
    layer.gamma.assign(rng.uniform(0.5, 2, channels))
    layer.beta.assign(rng.normal(size=channels))
    for batch in batches:
        x = tf.constant(batch)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            loss = tf.reduce_sum(y * tf.sin(y))
        slopes = tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)])
    return {
        "y": np.array(y),
        **{f"slope {i}": np.array(slope) for i, slope in enumerate(slopes)},
        "mean": np.array(layer.moving_mean.value),
        "variance": np.array(layer.moving_variance.value),
        "later": np.array(layer(x, training=False)),
    }


@pytest.mark.parametrize("shape", [(4, 6, 5, 3), (1, 2, 1, 8), (16, 12, 9, 32)])
def test_the_layer_computes_what_keras_own_computes(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    batches = [
        rng.normal(3, 5, shape).astype(np.float32) * rng.uniform(0.1, 3, shape[-1:])
        for _ in range(3)
    ]
    batches = [batch.astype(np.float32) for batch in batches]
    ours = _trained(batch_normalization(momentum=0.9), batches)
    keras = _trained(load_keras().layers.BatchNormalization(momentum=0.9), batches)
    for name, expected in keras.items():
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(
            ours[name] / scale, expected / scale, atol=2e-5, err_msg=name
        )


def test_other_inputs_are_computed_by_keras_own_code() -> None:
    rng = np.random.default_rng(1)
    flat = [rng.normal(size=(32, 4)).astype(np.float32)]
    ours = _trained(batch_normalization(), flat)
    keras = _trained(load_keras().layers.BatchNormalization(), flat)
    for name, expected in keras.items():
        np.testing.assert_allclose(ours[name], expected, atol=1e-5, err_msg=name)


def test_frozen_layer_keeps_its_statistics() -> None:
    layer = batch_normalization()
    batch = np.full((2, 3, 3, 4), 7, np.float32)
    layer.build(batch.shape)
    layer.trainable = False
    y = np.array(layer(batch, training=True))
    assert np.array(layer.moving_mean.value).tolist() == [0] * 4
    np.testing.assert_allclose(y, 7 / np.sqrt(1 + layer.epsilon), rtol=1e-6)


def test_a_network_with_the_layer_is_saved_and_copied(tmp_path: Path) -> None:
    keras = load_keras()
    image = keras.Input((6, 6, 3))
    x = keras.layers.Conv2D(4, 3)(image)
    x = batch_normalization(momentum=0.9)(x)
    model = keras.Model(image, keras.layers.ReLU()(x))
    model.compile("sgd", "mse")
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 1, (8, 6, 6, 3)).astype(np.float32)
    model.fit(pictures, np.zeros((8, 4, 4, 4)), verbose=0)
    expected = model.predict(pictures, verbose=0)
    path = tmp_path / "net.keras"
    save(model, path)
    loaded = keras.models.load_model(path)
    assert type(loaded.layers[2]) is keras.layers.BatchNormalization
    assert loaded.layers[2].name == model.layers[2].name
    assert loaded.layers[2].momentum == 0.9
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for other in (loaded, copy):
        np.testing.assert_array_equal(other.predict(pictures, verbose=0), expected)
