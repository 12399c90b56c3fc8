"""The last operations of real graphs, of Keras 3, Keras 2 and a SavedModel."""

from __future__ import annotations

import pytest
from edgevision.converters.keras import (
    OutputHead,
    fixed_shapes,
    freeze,
    from_keras,
    load,
    output_heads,
)

pytestmark = pytest.mark.tf


def heads(model):
    source = from_keras(model)
    return output_heads(freeze(source, fixed_shapes(source, None)))


def nets(keras):
    """Return name -> (model, what its head is), all small."""
    layers = keras.layers
    picture = keras.Input((16, 16, 3))
    maps = layers.Conv2D(4, 3, padding="same", activation="relu")(picture)
    small = layers.MaxPooling2D()(maps)
    row = layers.GlobalAveragePooling2D()(maps)

    def of(output):
        return keras.Model(picture, output)

    up = layers.Conv2DTranspose(4, 2, strides=2, padding="same")(small)
    joined = layers.Concatenate()([maps, layers.ReLU()(up)])
    return {
        "softmax": (
            of(layers.Dense(3, activation="softmax")(row)),
            OutputHead("softmax", "dense"),
        ),
        "logits": (of(layers.Dense(3)(row)), OutputHead("linear", "dense")),
        "sigmoid": (
            of(layers.Activation("sigmoid")(layers.Dense(1)(row))),
            OutputHead("sigmoid", "dense"),
        ),
        "tanh": (
            of(layers.Dense(2, activation="tanh")(row)),
            OutputHead("tanh", "dense"),
        ),
        "pooled": (of(row), OutputHead("linear", "pooling")),
        "pooled by layers": (
            of(layers.Flatten()(layers.AveragePooling2D(16)(maps))),
            OutputHead("linear", "pooling"),
        ),
        "features": (of(layers.Flatten()(maps)), OutputHead("relu", "features")),
        "feature maps": (of(small), OutputHead("linear", "pooling")),
        "convolution as scores": (
            of(layers.Flatten()(layers.Conv2D(3, 16)(maps))),
            OutputHead("linear", "dense"),
        ),
        "normalized": (
            of(layers.BatchNormalization()(layers.Dense(3)(row))),
            OutputHead("linear", "dense"),
        ),
        "scaled": (
            of(layers.Rescaling(100.0)(layers.Dense(1, activation="sigmoid")(row))),
            OutputHead("sigmoid", "dense", is_scaled=True),
        ),
        "mask": (
            of(layers.Conv2D(1, 1, activation="sigmoid")(up)),
            OutputHead("sigmoid", "convolution"),
        ),
        "u-net": (
            of(layers.Conv2D(1, 1, activation="sigmoid")(joined)),
            OutputHead("sigmoid", "convolution", has_skips=True),
        ),
    }


@pytest.fixture(scope="module")
def keras_3():
    return nets(pytest.importorskip("keras"))


def test_the_heads_of_keras_3(keras_3):
    for name, (model, head) in keras_3.items():
        assert heads(model) == (head,), name


def test_an_argmax_and_a_shuffle_of_depth():
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    picture = keras.Input((8, 8, 3))
    maps = keras.layers.Conv2D(12, 3, padding="same")(picture)

    class Shuffle(keras.layers.Layer):
        def call(self, inputs):
            return tf.nn.depth_to_space(inputs, 2)

        def compute_output_shape(self, shape):
            return shape[0], shape[1] * 2, shape[2] * 2, shape[3] // 4

    (head,) = heads(keras.Model(picture, keras.ops.argmax(maps, axis=-1)))
    assert head.activation == "argmax"
    (head,) = heads(keras.Model(picture, Shuffle()(maps)))
    assert head == OutputHead("linear", "depth_to_space")


def test_a_saved_model_has_the_same_head(keras_3, tmp_path):
    model, head = keras_3["softmax"]
    model.export(tmp_path / "saved", verbose=False)
    source = load(tmp_path / "saved")
    assert output_heads(freeze(source, fixed_shapes(source, None))) == (head,)


def test_every_output_has_its_own_head(keras_3):
    keras = pytest.importorskip("keras")
    picture = keras.Input((8,))
    outputs = [
        keras.layers.Dense(3, activation="softmax")(picture),
        keras.layers.Dense(1)(picture),
    ]
    model = keras.Model(picture, outputs)
    assert [head.activation for head in heads(model)] == ["softmax", "linear"]
