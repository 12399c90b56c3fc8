"""Normalizations are recognised however they are written, and stay the same."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.rewriting import rewrite
from edgevision.converters.keras.rewriting.normalization import normalizations
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.integer_files import answers, deviation, frozen, integer_file, values

pytestmark = pytest.mark.tf

SHAPE = (1, 4, 6, 8)


def sample(shape=SHAPE, seed=0):
    return np.random.default_rng(seed).normal(2, 3, shape).astype(np.float32)


def eager(call, samples):
    """Return what a call computes op by op.

    As a graph, TensorFlow's oneDNN kernels fuse some of these normalizations and then
    compute zeros (seen with TensorFlow 2.21).
    """
    import tensorflow as tf

    return np.concatenate([call(tf.constant(x)).numpy() for x in samples])


def same(call, shape=SHAPE, count=1):
    """Check that a call is recognised, and computes the same when it is rewritten."""
    function = frozen(call, shape)
    assert len(list(normalizations(function.graph))) == count
    rewritten = rewrite(function, integer=True)
    left = {op.type for op in rewritten.graph.get_operations()}
    assert count == 0 or left.isdisjoint(
        {"Neg", "Square", "SquaredDifference", "FusedBatchNormV3"}
    )
    for scale in (1, 1e-3, 0):
        x = [scale * sample(shape)]
        np.testing.assert_allclose(
            values(rewritten, x), eager(call, x), rtol=1e-5, atol=1e-5
        )


def with_random_weights(layer, shape=SHAPE):
    layer.build((None, *shape[1:]))
    rng = np.random.default_rng(1)
    layer.set_weights([rng.uniform(-2, 2, w.shape) for w in layer.get_weights()])
    return lambda x: layer(x)


LAYERS = {
    "last": ("LayerNormalization", {}),
    "one_channel_axis": ("LayerNormalization", {"axis": 1}),
    "two_axes": ("LayerNormalization", {"axis": [1, 2]}),
    "all_axes": ("LayerNormalization", {"axis": [1, 2, 3], "epsilon": 1e-6}),
    "no_center": ("LayerNormalization", {"center": False, "epsilon": 0.3}),
    "no_scale": ("LayerNormalization", {"scale": False}),
    "neither": ("LayerNormalization", {"center": False, "scale": False}),
    "groups": ("GroupNormalization", {"groups": 2}),
    "one_group": ("GroupNormalization", {"groups": 1, "scale": False}),
    "instance": ("GroupNormalization", {"groups": -1, "epsilon": 1e-5}),
    "unit": ("UnitNormalization", {}),
    "unit_of_all": ("UnitNormalization", {"axis": [1, 2, 3]}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_keras_3(name):
    import keras

    kind, settings = LAYERS[name]
    same(with_random_weights(getattr(keras.layers, kind)(**settings)))


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_keras_2(name):
    tf_keras = pytest.importorskip("tf_keras")
    kind, settings = LAYERS[name]
    same(with_random_weights(getattr(tf_keras.layers, kind)(**settings)))


def test_tokens_and_root_mean_squares():
    import keras

    layers = keras.layers
    same(with_random_weights(layers.LayerNormalization(), (1, 5, 8)), (1, 5, 8))
    same(with_random_weights(layers.LayerNormalization(), (1, 8)), (1, 8))
    same(with_random_weights(layers.RMSNormalization()))


def own_division(x):
    import tensorflow as tf

    mean = tf.reduce_mean(x, -1, keepdims=True)
    deviation = tf.sqrt(tf.math.reduce_variance(x, -1, keepdims=True) + 1e-5)
    return (x - mean) / deviation * np.arange(1, 9, dtype=np.float32) + 3.0


def own_moments(x):
    import tensorflow as tf

    mean, variance = tf.nn.moments(x, [1, 2], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, 0.5, -2.0, 1e-3)


def own_difference_of_squares(x):
    import tensorflow as tf

    mean = tf.reduce_mean(x, [1, 2, 3], keepdims=True)
    variance = tf.reduce_mean(x * x, [1, 2, 3], keepdims=True) - tf.square(mean)
    return (x - mean) * tf.math.rsqrt(variance + 1e-2)


def own_sums(x):
    import tensorflow as tf

    mean = tf.reduce_sum(x, -1, keepdims=True) / 8.0
    difference = x - mean
    variance = tf.reduce_sum(difference * difference, -1, keepdims=True) * 0.125
    return difference * tf.math.rsqrt(variance + 1e-4)


def own_unit(x):
    import tensorflow as tf

    return tf.math.l2_normalize(x, axis=[1, 2])


@pytest.mark.parametrize(
    "call", [own_division, own_moments, own_difference_of_squares, own_sums, own_unit]
)
def test_code_of_ones_own(call):
    same(call)


def test_what_only_looks_alike_is_left_alone():
    import tensorflow as tf

    def other_mean(x):
        mean = tf.reduce_mean(x, 1, keepdims=True)
        variance = tf.math.reduce_variance(x, -1, keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-3)

    def half_of_the_mean(x):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return (x - 0.5 * mean) * tf.math.rsqrt(variance + 1e-3)

    def other_tensor(x):
        _, variance = tf.nn.moments(x, [-1], keepdims=True)
        return tf.sin(x) * tf.math.rsqrt(variance + 1e-3)

    for call in (other_mean, half_of_the_mean, other_tensor):
        same(call, count=0)


def test_a_normalized_tensor_is_used_as_it_is_and_scaled():
    import tensorflow as tf

    def twice(x):
        y = own_sums(x)
        return tf.nn.relu(y) + tf.sin(2.0 * y + 1.0)

    same(twice, count=2)


@settings(max_examples=12, deadline=None)
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    data=st.data(),
    epsilon=st.sampled_from([1e-6, 1e-3, 1.0]),
)
def test_any_axes_of_any_shape(shape, data, epsilon):
    import tensorflow as tf

    whole = (1, *shape)
    axes = data.draw(st.sets(st.integers(1, len(shape)), min_size=1))
    scale_axes = data.draw(st.sets(st.integers(1, len(shape))))
    size = [n if i in scale_axes else 1 for i, n in enumerate(whole)]
    rng = np.random.default_rng(len(axes))
    gamma = rng.uniform(0.5, 2, size).astype(np.float32)
    beta = rng.uniform(-2, 2, size).astype(np.float32)

    def call(x):
        mean, variance = tf.nn.moments(x, sorted(axes), keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)

    function = frozen(call, whole)
    x = [sample(whole)]
    np.testing.assert_allclose(
        values(rewrite(function, integer=True), x),
        eager(call, x),
        rtol=1e-4,
        # A deviation of a single value is zero: rounding decides the rest.
        atol=1e-4,
    )


def test_scales_of_zero_and_large_shifts_survive():
    import keras

    layer = keras.layers.LayerNormalization()
    layer.build((None, *SHAPE[1:]))
    layer.set_weights([np.array([0, 1e-9, 1, 1, 1, 1, 1, 1.0]), np.arange(8.0)])
    x = [sample(seed=i) for i in range(24)]
    function = frozen(layer, SHAPE)
    file = integer_file(function, x)
    for result in answers(file, x).values():
        assert deviation(eager(layer, x), result) < 0.05


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(3)
    # Tokens whose deviations differ 30 times: too much for a variance in 8 bits.
    scales = np.exp(rng.uniform(0, np.log(30), (24, 1, 1, 16, 1)))
    return (scales * rng.normal(0.3, 1, (24, 1, 1, 16, 16))).astype(np.float32)


@pytest.mark.parametrize("name", ["last", "no_scale", "groups", "instance", "unit"])
def test_they_are_integer_and_near_float_on_both_sets_of_kernels(name, samples):
    import keras

    kind, settings = LAYERS[name]
    shape = samples.shape[1:]
    layer = with_random_weights(getattr(keras.layers, kind)(**settings), shape)
    function = frozen(layer, shape)
    # What is lost by the input's 8 bits alone is no fault of the ops.
    step = (samples.max() - samples.min()) / 255
    rounded = (np.round(samples / step) * step).astype(np.float32)
    expected = eager(layer, samples)
    least = deviation(expected, eager(layer, rounded))
    file = integer_file(function, samples)
    for result in answers(file, samples).values():
        assert deviation(expected, result) < 2 * least + 0.03
