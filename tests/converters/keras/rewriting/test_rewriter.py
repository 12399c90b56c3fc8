"""What TensorFlow's converter stumbles over is rewritten, and computes the same."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.rewriting import rewrite

from tests.support.integer_files import answers, deviation, frozen, integer_file, values

pytestmark = pytest.mark.tf

SHAPE = (1, 8, 8, 8)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    return [rng.normal(0, 1, SHAPE).astype(np.float32) for _ in range(24)]


def grouped(groups):
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    inputs = keras.Input(SHAPE[1:])
    x = layers.Conv2D(16, 3, groups=groups, activation="relu")(inputs)
    x = layers.Conv2D(8, 1, groups=2, strides=2, padding="same")(x)
    model = keras.Model(inputs, x)
    return frozen(lambda x: model(x, training=False), SHAPE)


def test_a_function_without_such_ops_is_itself():
    import tensorflow as tf

    function = frozen(lambda x: tf.nn.relu(x - 1), SHAPE)
    assert rewrite(function) is function


def test_a_function_with_a_loop_is_itself():
    import tensorflow as tf

    def loop(x):
        return tf.while_loop(
            lambda i, _: i < 3, lambda i, y: (i + 1, y * 2), (tf.constant(0), x)
        )[1]

    function = frozen(loop, SHAPE)
    assert rewrite(function) is function


@pytest.mark.parametrize("groups", [2, 4, 8])
def test_grouped_convolutions_have_shapes_and_the_same_values(groups, samples):
    function = grouped(groups)
    assert function.outputs[0].shape.rank is None
    rewritten = rewrite(function)
    assert rewritten.outputs[0].shape.as_list() == [1, 3, 3, 8]
    assert [x.op.name for x in rewritten.inputs] == ["x"]
    np.testing.assert_allclose(
        values(rewritten, samples), values(function, samples), atol=1e-5
    )


@pytest.mark.parametrize("groups", [4, 8])
def test_grouped_convolutions_are_integer_on_both_sets_of_kernels(groups, samples):
    function = grouped(groups)
    file = integer_file(function, samples)
    expected = values(function, samples)
    for result in answers(file, samples).values():
        assert deviation(expected, result) < 0.05


@pytest.mark.parametrize("width", [8, 16])
def test_groups_of_one_channel_are_depthwise(width, samples):
    import keras

    layer = keras.layers.Conv2D(width, 3, groups=8, strides=2, padding="same")
    layer.build((None, *SHAPE[1:]))
    function = frozen(layer, SHAPE)
    rewritten = rewrite(function)
    np.testing.assert_allclose(
        values(rewritten, samples), values(function, samples), atol=1e-5
    )
    file = integer_file(function, samples)
    names = {item.name for item in file.graph(0).operators}
    assert names == {"QUANTIZE", "DEPTHWISE_CONV_2D", "DEQUANTIZE"}
    for result in answers(file, samples).values():
        assert deviation(values(function, samples), result) < 0.05


@pytest.mark.parametrize(("size", "whole"), [(8, True), (4, False)])
def test_average_pooling_of_the_whole_picture_is_a_mean(size, whole, samples):
    import tensorflow as tf

    function = frozen(lambda x: tf.nn.avg_pool2d(x, size, size, "VALID"), SHAPE)
    rewritten = rewrite(function, integer=True)
    np.testing.assert_allclose(
        values(rewritten, samples), values(function, samples), atol=1e-6
    )
    kinds = {op.type for op in rewritten.graph.get_operations()}
    assert ("AvgPool" in kinds) != whole
    file = integer_file(function, samples)
    for result in answers(file, samples).values():
        # The input's scale, which AVERAGE_POOL_2D keeps, has steps of half this spread.
        assert deviation(values(function, samples), result) < (0.05 if whole else 0.1)
