"""Activations have integer steps of narrow ranges, and stay the same in float."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.rewriting import rewrite

from tests.support.integer_files import answers, deviation, frozen, integer_file, values

pytestmark = pytest.mark.tf

SHAPE = (1, 4, 4, 8)
NAMES = (
    "celu",
    "elu",
    "gelu",
    "hard_silu",
    "leaky_relu",
    "log_sigmoid",
    "mish",
    "selu",
    "silu",
    "softplus",
    "softsign",
    "squareplus",
    "tanh_shrink",
)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    return [rng.normal(0, 3, SHAPE).astype(np.float32) for _ in range(24)]


def activation(name):
    import keras

    return keras.activations.get(name)


def clipped_beside_others(x):
    import tensorflow as tf

    return tf.concat([0.5 * x, tf.clip_by_value(x, -0.3, 0.7)], -1)


def larger_of_two_beside_others(x):
    import tensorflow as tf

    return tf.maximum(x, 0.1 * x) + 0.5 * x


def negated(x):
    import tensorflow as tf

    return tf.nn.relu(-x) + 0.1 * tf.square(x)


def prelu():
    import keras

    layer = keras.layers.PReLU(
        shared_axes=[1, 2], alpha_initializer=keras.initializers.Constant(0.25)
    )
    layer.build((None, *SHAPE[1:]))
    return layer


CALLS = {
    call.__name__: call
    for call in (clipped_beside_others, larger_of_two_beside_others, negated)
}


@pytest.mark.parametrize("name", [*NAMES, *CALLS])
def test_it_computes_the_same(name):
    function = frozen(CALLS.get(name) or activation(name), (1, 1, 1, 241))
    x = [np.linspace(-30, 30, 241, dtype=np.float32).reshape(1, 1, 1, -1)]
    np.testing.assert_allclose(
        values(rewrite(function, integer=True), x),
        values(function, x),
        rtol=1e-5,
        atol=1e-5,
    )


@pytest.mark.parametrize("name", [*NAMES, *CALLS])
def test_it_is_integer_and_near_float_on_both_sets_of_kernels(name, samples):
    function = frozen(CALLS.get(name) or activation(name), SHAPE)
    file = integer_file(function, samples)
    expected = values(function, samples)
    for result in answers(file, samples).values():
        assert deviation(expected, result) < 0.04


@pytest.mark.parametrize(
    ("call", "operator"), [("gelu", "GELU"), ("prelu", "PRELU"), ("elu", "EXP")]
)
def test_operators_that_the_converter_fuses_stay_fused(call, operator, samples):
    function = frozen(prelu() if call == "prelu" else activation(call), SHAPE)
    file = integer_file(function, samples)
    assert operator in {item.name for item in file.graph(0).operators}
