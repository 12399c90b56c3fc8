"""Whatever a model takes as its picture, the converted file takes pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from edgevision.converters.keras import (
    ModelInput,
    SourceModel,
    fixed_shapes,
    load,
    predictor,
    with_picture_input,
)

from edgevision.errors import ConversionError

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.tf

SIDE = 16


@pytest.fixture(scope="module")
def network():
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(4, 3, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="softmax"),
        ]
    )


def _decoded(data):
    picture = tf.io.decode_jpeg(data, 3)
    return tf.image.resize(picture, (SIDE, SIDE))


SIGNATURES = {
    "bytes": (
        tf.TensorSpec([None, SIDE, SIDE, 3], tf.uint8),
        lambda net, x: net(tf.cast(x, tf.float32) / 127.5 - 1),
    ),
    "bytes as whole numbers": (
        tf.TensorSpec([None, SIDE, SIDE, 3], tf.uint8),
        lambda net, x: net(tf.cast(tf.cast(x, tf.int32), tf.float32) / 127.5 - 1),
    ),
    "open bytes": (
        tf.TensorSpec([None, None, None, 3], tf.uint8),
        lambda net, x: net(
            tf.image.resize(tf.image.convert_image_dtype(x, tf.float32), (SIDE, SIDE))
            * 2
            - 1
        ),
    ),
    "open": (
        tf.TensorSpec([None, None, None, 3], tf.float32),
        lambda net, x: net(tf.image.resize(x, (SIDE, SIDE)) / 127.5 - 1),
    ),
    "files": (
        tf.TensorSpec([None], tf.string),
        lambda net, x: net(
            tf.map_fn(_decoded, x, fn_output_signature=tf.float32) / 127.5 - 1
        ),
    ),
    "one file": (
        tf.TensorSpec([], tf.string),
        lambda net, x: net(_decoded(x)[None] / 127.5 - 1),
    ),
}


@pytest.fixture(scope="module")
def folders(network, tmp_path_factory):
    """Return by name the folder of a SavedModel with that input."""
    top = tmp_path_factory.mktemp("saved")
    for name, (spec, body) in SIGNATURES.items():
        module = tf.Module()
        module.net = network
        function = tf.function(
            lambda x, body=body: {"scores": body(network, x)}, input_signature=[spec]
        )
        tf.saved_model.save(module, str(top / name), signatures=function)
    return {name: top / name for name in SIGNATURES}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_saved_model_takes_pixels_and_answers_as_before(name, folders, network, rng):
    model = with_picture_input(load(folders[name]))
    assert model.image is not None
    assert (model.image.shape, model.image.dtype) == ((SIDE, SIDE, 3), "float32")
    assert model.own is not None
    np.testing.assert_allclose([*model.own.mean, *model.own.std], 127.5, rtol=1e-6)
    pixels = rng.integers(0, 256, (3, SIDE, SIDE, 3)).astype(np.float32)
    (scores,) = predictor(model, fixed_shapes(model, None))([pixels])
    expected = network.predict(pixels / 127.5 - 1, verbose=0)
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_another_input_size_keeps_the_models_own_resize(folders):
    model = with_picture_input(load(folders["open"]), input_size=(32, 24))
    shapes = fixed_shapes(model, (32, 24))
    assert list(shapes.values()) == [(1, 24, 32, 3)]
    (scores,) = predictor(model, shapes)([np.zeros((1, 24, 32, 3), np.float32)])
    assert scores.shape == (1, 5)


def test_text_that_is_no_picture_is_refused_with_a_signature_to_write(tmp_path):
    module = tf.Module()
    spec = tf.TensorSpec([None], tf.string)
    lengths = tf.function(lambda x: {"n": tf.strings.length(x)}, input_signature=[spec])
    tf.saved_model.save(module, str(tmp_path / "text"), signatures=lengths)
    with pytest.raises(ConversionError, match="no picture decoder that can be cut off"):
        with_picture_input(load(tmp_path / "text"))


def test_arithmetic_on_bytes_is_left_alone(tmp_path, rng):
    """255 - x in bytes wraps; in float32 it would not, so the graph is not touched."""
    module = tf.Module()
    spec = tf.TensorSpec([None, 4, 4, 3], tf.uint8)
    function = tf.function(
        lambda x: {"y": tf.cast(x + x, tf.float32)}, input_signature=[spec]
    )
    tf.saved_model.save(module, str(tmp_path / "sum"), signatures=function)
    model = with_picture_input(load(tmp_path / "sum"))
    assert model.takes_bytes
    assert model.own is None
    pixels = rng.integers(0, 256, (1, 4, 4, 3)).astype(np.float32)
    (sums,) = predictor(model, fixed_shapes(model, None))([pixels])
    np.testing.assert_array_equal(sums, (2 * pixels) % 256)


def _identity(*shape: int | None, dtype: str = "float32") -> SourceModel:
    """Return a model that returns its input."""
    return SourceModel((ModelInput("x", shape, dtype),), ("y",), list)


@pytest.mark.parametrize(
    ("shape", "options", "expected"),
    [
        ((6, 8), {"takes_pictures": True}, (6, 8, 1)),
        ((6, 8), {"input_size": (8, 6)}, (6, 8, 1)),
        ((48,), {"input_size": (8, 6)}, (6, 8, 1)),
        ((144,), {"input_size": (8, 6)}, (6, 8, 3)),
        ((3, 6, 8), {}, (6, 8, 3)),
        ((1, 6, 8), {}, (6, 8, 1)),
    ],
)
def test_pixels_reach_a_model_in_its_own_layout(shape, options, expected, rng):
    model = with_picture_input(_identity(*shape), **options)
    assert model.image is not None
    assert model.image.shape == expected
    assert len(model.notes) == 1
    picture = rng.random((2, *expected), np.float32)
    (seen,) = predictor(model, fixed_shapes(model, None))([picture])
    channels_first = np.moveaxis(picture, -1, 1)
    reference = channels_first if len(shape) == 3 else picture
    np.testing.assert_array_equal(seen, reference.reshape(2, *shape))


@pytest.mark.parametrize("shape", [(6, 8), (48,), (10, 4, 5, 3)])
def test_what_is_no_picture_stays_as_it_is(shape):
    model = _identity(*shape)
    assert with_picture_input(model) is model


@pytest.mark.parametrize("shape", [(100, 1), (21, 2), (3, 60)])
def test_a_series_and_landmarks_are_no_picture_even_beside_pictures(shape):
    model = _identity(*shape)
    assert with_picture_input(model, takes_pictures=True) is model


def test_a_reader_of_lines_takes_its_width_first_where_the_caller_says_so():
    given = _identity(9, 4, 1)
    model = with_picture_input(given, input_size=(9, 4), reads_lines=True)
    assert model.image.shape == (4, 9, 1)
    assert "width first" in model.notes[-1]
    picture = np.random.default_rng(4).random((2, 4, 9, 1), np.float32)
    (seen,) = predictor(model, fixed_shapes(model, (9, 4)))([picture])
    np.testing.assert_array_equal(seen, picture.swapaxes(1, 2))
    # Of any other model, this is a mistake in the size.
    other = with_picture_input(given, input_size=(9, 4))
    with pytest.raises(ConversionError, match="is 4x9 pixels and cannot become 9x4"):
        fixed_shapes(other, (9, 4))


def test_a_vector_of_another_length_is_refused_with_both_counts():
    with pytest.raises(ConversionError, match="takes 50 numbers, .* 48 in gray or 144"):
        with_picture_input(_identity(50), input_size=(8, 6))


@pytest.fixture
def pair() -> SourceModel:
    """Return a model of a number and a picture, in this order."""

    def call(tensors):
        speed, picture = tensors
        return [tf.reduce_mean(picture, (1, 2, 3))[:, None] + speed]

    speed = ModelInput("speed", (2,), "float32")
    inputs = (speed, ModelInput("view", (4, 4, 3), "float32"))
    return SourceModel(inputs, ("y",), call)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.5, (0.5, 0.5)), ([1, 2], (1, 2)), ((3.0,), (3, 3))]
)
def test_a_fixed_input_becomes_a_constant(pair, value, expected, rng):
    model = with_picture_input(pair, values={"speed": value})
    assert [item.name for item in model.inputs] == ["view"]
    picture = rng.random((3, 4, 4, 3), np.float32)
    (sums,) = predictor(model, fixed_shapes(model, None))([picture])
    reference = picture.mean((1, 2, 3))[:, None] + np.float32(expected)
    np.testing.assert_allclose(sums, reference, atol=1e-6)


def test_an_input_with_a_range_comes_last_and_has_its_middle_by_default(pair, rng):
    model = with_picture_input(pair, values={"speed": "-1..3"})
    assert [item.name for item in model.inputs] == ["view", "speed"]
    assert model.image is model.inputs[0]
    assert model.ranges == {"speed": (-1.0, 3.0)}
    picture = rng.random((3, 4, 4, 3), np.float32)
    means = picture.mean((1, 2, 3))[:, None]
    predict = predictor(model, fixed_shapes(model, None))
    np.testing.assert_allclose(predict([picture])[0], means + np.ones(2), atol=1e-6)
    speeds = rng.random((3, 2), np.float32)
    np.testing.assert_allclose(predict([picture, speeds])[0], means + speeds, atol=1e-6)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"sped": 1}, "no input 'sped'. Its inputs are 'speed' .2., 'view' .4x4x3."),
        ({"speed": 1, "view": 0}, "names all inputs"),
        ({"speed": [1, 2, 3]}, "takes 2 numbers, and --input gives 3"),
        ({"speed": "3..1"}, "no range"),
        ({"speed": "0..nan"}, "no range"),
    ],
)
def test_a_value_that_fits_no_input_is_refused(pair, values, sentence):
    with pytest.raises(ConversionError, match=sentence):
        with_picture_input(pair, values=values)


def test_text_beside_the_picture_cannot_be_fixed(pair):
    text = replace(pair, inputs=(ModelInput("speed", (), "string"), pair.inputs[1]))
    with pytest.raises(ConversionError, match="takes text"):
        with_picture_input(text, values={"speed": 1})
