"""What expressions compute, against NumPy and TensorFlow's own functions."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.expressions import (
    evaluate,
    factor_and_shift,
    parse_expression,
)

pytestmark = pytest.mark.tf


def _computed(text, *arrays):
    import tensorflow as tf

    tensors = [tf.constant(array, tf.float32) for array in arrays]
    return evaluate(parse_expression(text), tensors).numpy()


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(1).uniform(0, 255, (2, 6, 8, 3)).astype(np.float32)


def _softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _standardized(x):
    mean = x.mean((1, 2, 3), keepdims=True)
    return (x - mean) / np.maximum(x.std((1, 2, 3), keepdims=True), x[0].size ** -0.5)


def _space_to_depth(x):
    n, h, w, c = x.shape
    blocks = x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, h // 2, w // 2, 4 * c)


def _depth_to_space(x):
    n, h, w, c = x.shape
    blocks = x.reshape(n, h, w, 2, 2, c // 4).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, 2 * h, 2 * w, c // 4)


@pytest.mark.parametrize(
    ("text", "oracle"),
    [
        ("x", lambda x: x),
        ("x / 127.5 - 1", lambda x: x / 127.5 - 1),
        ("1 - x * 2 + -x", lambda x: 1 - 3 * x),
        ("(x - (1, 2, 3)) / (4, 5, 6)", lambda x: (x - [1, 2, 3]) / [4, 5, 6]),
        ("x ** 2", lambda x: x**2),
        ("x ** 3 / 1e6", lambda x: x**3 / 1e6),
        ("x ** 4 / 1e8", lambda x: x**4 / 1e8),
        ("x ** 0.5", np.sqrt),
        ("x ** -1", lambda x: 1 / x),
        ("(x + 1) ** 1.5", lambda x: (x + 1) ** 1.5),
        ("x[:, 1:-2, ::2, 0]", lambda x: x[:, 1:-2, ::2, 0]),
        ("x[..., ::-1]", lambda x: x[..., ::-1]),
        ("x[..., 1, :]", lambda x: x[..., 1, :]),
        ("crop(x, 1, 2, 0, 3)", lambda x: x[:, 1:4, :5]),
        (
            "pad(x, 1, 0, 2, 3)",
            lambda x: np.pad(x, ((0, 0), (1, 0), (2, 3), (0, 0))),
        ),
        ("gray(x)", lambda x: x @ np.array([[0.2989], [0.587], [0.114]])),
        ("rgb(x[..., 1:2])", lambda x: np.repeat(x[..., 1:2], 3, -1)),
        ("bgr(x)", lambda x: x[..., [2, 1, 0]]),
        ("standardize(x)", _standardized),
        ("space_to_depth(x, 2)", _space_to_depth),
        (
            "depth_to_space(concat(x, x, x, x), 2)",
            lambda x: _depth_to_space(np.concatenate([x] * 4, -1)),
        ),
        ("relu(100 - x)", lambda x: np.maximum(100 - x, 0)),
        ("relu6(x / 20)", lambda x: np.clip(x / 20, 0, 6)),
        (
            "elu(x / 99 - 1)",
            lambda x: np.where(x > 99, x / 99 - 1, np.expm1(x / 99 - 1)),
        ),
        ("sigmoid(x / 99)", lambda x: 1 / (1 + np.exp(-x / 99))),
        ("tanh(x / 99)", lambda x: np.tanh(x / 99)),
        ("swish(x / 99)", lambda x: x / 99 / (1 + np.exp(-x / 99))),
        ("hard_swish(x / 40 - 3)", lambda x: (x / 40 - 3) * np.clip(x / 40, 0, 6) / 6),
        ("abs(x - 99)", lambda x: abs(x - 99)),
        ("sqrt(x)", np.sqrt),
        ("square(x)", np.square),
        ("exp(x / 99)", lambda x: np.exp(x / 99)),
        ("log(x + 1)", np.log1p),
        ("clip(x, 10, 99.5)", lambda x: np.clip(x, 10, 99.5)),
        ("softmax(x / 99)", lambda x: _softmax(x / 99)),
        ("l2_normalize(x)", lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True)),
        (
            "l2_normalize(x, (1, 2))",
            lambda x: x / np.sqrt((x**2).sum((1, 2), keepdims=True)),
        ),
        ("mean(x, (1, 2))", lambda x: x.mean((1, 2))),
        ("sum(x, -1, keepdims=True)", lambda x: x.sum(-1, keepdims=True)),
        ("max(x, axis=1)", lambda x: x.max(1)),
        ("min(x, [1, 2, 3])", lambda x: x.min((1, 2, 3))),
        ("reshape(x, 4, -1)", lambda x: x.reshape(2, 4, -1)),
        ("flatten(x)", lambda x: x.reshape(2, -1)),
        ("transpose(x, 0, 3, 1, 2)", lambda x: x.transpose(0, 3, 1, 2)),
        ("transpose(x, 3, 1, 2)", lambda x: x.transpose(0, 3, 1, 2)),
        ("squeeze(x[..., :1], -1)", lambda x: x[..., 0]),
        ("expand_dims(x, 1)", lambda x: x[:, None]),
    ],
)
def test_expressions_compute_what_numpy_does(text, oracle, pictures):
    expected = np.asarray(oracle(pictures.astype(np.float64)))
    result = _computed(text, pictures)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(
    ("text", "oracle"),
    [
        ("abs(x[0] - x[1])", lambda a, b: abs(a - b)),
        ("add(x[0], x[1], x[0])", lambda a, b: 2 * a + b),
        ("subtract(x[1], x[0])", lambda a, b: b - a),
        ("multiply(x[0], x[1])", lambda a, b: a * b),
        ("concat(x[0], x[1])", lambda a, b: np.concatenate([a, b], -1)),
        ("concat(x[1], x[0], axis=1)", lambda a, b: np.concatenate([b, a], 1)),
        ("x[0] + 0.17 * x[1]", lambda a, b: a + 0.17 * b),
        ("sum(x[0] * x[1], -1)", lambda a, b: (a * b).sum(-1)),
    ],
)
def test_several_inputs_are_written_as_parts_of_x(text, oracle, rng):
    a, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5))
    np.testing.assert_allclose(
        _computed(text, a, b), oracle(a, b), rtol=1e-4, atol=1e-6
    )


def test_pictures_are_resized_as_tensorflow_and_as_tensorflow_1_did(pictures):
    import tensorflow as tf

    new = tf.image.resize(pictures, (3, 5)).numpy()
    old = tf.compat.v1.image.resize_images(pictures, (3, 5)).numpy()
    np.testing.assert_array_equal(_computed("resize(x, 3, 5)", pictures), new)
    np.testing.assert_array_equal(_computed("resize_v1(x, 3, 5)", pictures), old)
    assert np.abs(new - old).max() > 1


def test_grey_is_tensorflows(pictures):
    import tensorflow as tf

    expected = tf.image.rgb_to_grayscale(pictures).numpy()
    np.testing.assert_allclose(_computed("gray(x)", pictures), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x[1]", r"reads x\[1\], and the layer has 1 input"),
        ("mean(x, 0)", "axis 0 is none of the axes 1 to 3.*the batch"),
        ("mean(x, (1, 1))", "stands twice"),
        ("softmax(x, (1, 2))", "one axis is expected"),
        ("x + (1, 2)", "joins the shapes 2x6x8x3 and 2, which do not fit"),
        ("x + mean(x, 1)", "joins the shapes 2x6x8x3 and 2x8x3"),
        ("x[:, 6]", "reads position 6 of an axis of 6"),
        ("x[:, 6:]", "keeps nothing of an axis of 6"),
        ("x[..., 1:, :, :, :]", "a part of the batch"),
        ("x[:, 0, 0, 0, 0]", "a part along 5 axes"),
        ("crop(x, 3, 3, 0, 0)", "takes 6 of 6 pixels away"),
        ("gray(x[..., 0:1])", "gray takes 3 channels, and gets 1"),
        ("rgb(x)", "rgb takes 1 channels, and gets 3"),
        ("resize(flatten(x), 2, 2)", "resize takes pictures"),
        ("depth_to_space(x, 2)", "does not fit 3 channels"),
        ("space_to_depth(x, 5)", "does not fit 6x8 pixels"),
        ("reshape(x, 5, -1)", "cannot make"),
        ("reshape(x, 5)", "cannot make"),
        ("reshape(x, -1, -1)", "-1 once"),
        ("transpose(x, 1, 2)", "needs the axes 0 to 3"),
        ("squeeze(x, 1)", "removes axes of 1"),
        ("expand_dims(x, 0)", "does not fit"),
        ("concat(x, flatten(x))", "concat joins"),
    ],
)
def test_what_does_not_fit_the_shapes_is_said(text, sentence, pictures):
    with pytest.raises(ValueError, match=sentence):
        _computed(text, pictures)


def test_several_inputs_need_a_position(pictures):
    with pytest.raises(ValueError, match=r"written x\[0\] to x\[1\]"):
        _computed("x", pictures, pictures)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x / 127.5 - 1",
        "1 - x / 255",
        "-(x - 3) * 2",
        "(x - (1, 2, 3)) / (4, 5, 6)",
        "resize(x, 3, 4) / 255 - 0.5",
        "crop(x / 255, 1, 1, 1, 1) * 2",
        "(x[:, 2:4] - 1) * 3",
        "bgr(x) / 255",
    ],
)
def test_a_line_is_read_as_factor_and_shift(text, pictures):
    factor, shift = factor_and_shift(parse_expression(text))
    # The oracle: two evenly coloured pictures show what is done to each channel.
    for level in (0.0, 200.0):
        even = np.full_like(pictures, level)
        result = _computed(text, even).reshape(-1, 3)
        expected = np.broadcast_to(level * factor + shift, result.shape)
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "x ** 2",
        "1 / x",
        "x * x",
        "relu(x)",
        "x[..., 0]",
        "x[1]",
        # Per channel before channels move.
        "bgr(x - (1, 2, 3))",
        "gray(x - (1, 2, 3))",
        "l2_normalize(x)",
    ],
)
def test_what_is_no_line_is_none(text):
    assert factor_and_shift(parse_expression(text)) is None
