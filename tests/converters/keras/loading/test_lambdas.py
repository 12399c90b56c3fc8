"""Lambda layers: expressions instead of their code, in files of both Kerases."""

from __future__ import annotations

import base64
import importlib
import json
import re
import shlex

import h5py
import numpy as np
import pytest
from edgevision.converters.keras import load, own_normalization
from edgevision.converters.keras.lambda_layers import stand_ins

from edgevision.errors import ConversionError

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
PICTURES = np.random.default_rng(5).uniform(0, 255, (2, 12, 12, 3)).astype(np.float32)
KINDS = (
    ("keras", ".keras"),
    ("keras", ".h5"),
    ("tf_keras", ".h5"),
    ("tf_keras", ".keras"),
)


def sequential(keras):
    return keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            keras.layers.Lambda(lambda x: x / 127.5 - 1, name="scale"),
            keras.layers.Conv2D(8, 3, padding="same"),
            keras.layers.Lambda(_pixels, name="pixels", output_shape=(24, 24, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
            keras.layers.Lambda(_unit, name="unit"),
        ]
    )


def _pixels(x):
    import tensorflow as tf

    return tf.nn.depth_to_space(x, 2)


def _unit(x):
    import tensorflow as tf

    return tf.math.l2_normalize(x, axis=1)


def siamese(keras):
    """Two uses of one nested model, joined by a Lambda of two inputs."""
    inner = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            keras.layers.Lambda(lambda x: x[:, 2:-2, 2:-2] / 255, name="middle"),
            keras.layers.Flatten(),
            keras.layers.Dense(3),
        ]
    )
    inputs = keras.Input((12, 12, 3))
    flipped = keras.layers.Permute((2, 1, 3))(inputs)
    pair = [inner(inputs), inner(flipped)]
    distance = keras.layers.Lambda(lambda v: abs(v[0] - v[1]), name="distance")(pair)
    return keras.Model(inputs, keras.layers.Dense(2)(distance))


NETS = {
    "sequential": (
        sequential,
        {
            "scale": "x / 127.5 - 1",
            "pixels": "depth_to_space(x, 2)",
            "unit": "l2_normalize(x)",
        },
    ),
    "siamese": (
        siamese,
        {"middle": "crop(x, 2, 2, 2, 2) / 255", "distance": "abs(x[0] - x[1])"},
    ),
}


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    """Return a function that makes a net once: its file and its own answer."""
    folder = tmp_path_factory.mktemp("lambdas")
    made = {}

    def make(name, package, suffix):
        key = (name, package, suffix)
        if key not in made:
            model = NETS[name][0](importlib.import_module(package))
            path = folder / f"{name}_{package}{suffix}"
            model.save(path)
            made[key] = path, np.asarray(model(PICTURES))
        return made[key]

    return make


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_expressions_compute_what_the_code_did(nets, name, package, suffix):
    path, expected = nets(name, package, suffix)
    source = load(path, lambdas=stand_ins(NETS[name][1]))
    result = np.asarray(source.call([PICTURES])[0])
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_the_refusal_names_options_that_work(nets, package, suffix):
    for name in NETS:
        path, expected = nets(name, package, suffix)
        with pytest.raises(ConversionError, match="is not run") as caught:
            load(path)
        text = re.search(r"computes: (.*?) \(proposed", str(caught.value))[1]
        words = [word for word in shlex.split(text) if word != "--lambda"]
        options = [word.split("=", 1) for word in words]
        assert {key for key, _ in options} == set(NETS[name][1])
        source = load(path, lambdas=stand_ins(dict(options)))
        result = np.asarray(source.call([PICTURES])[0])
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_a_scaling_first_is_the_models_own_normalization(nets, package, suffix):
    path, _ = nets("sequential", package, suffix)
    source = load(path, lambdas=stand_ins(NETS["sequential"][1]))
    own = own_normalization(source.keras)
    assert own is not None
    assert (own.layers, own.eats_pixels) == (("scale",), True)
    np.testing.assert_allclose((*own.mean, *own.std), (127.5, 127.5))


def test_a_resize_first_leaves_the_scale_to_what_follows(tmp_path):
    import keras

    layers = [
        keras.layers.Lambda(lambda x: x[:, 2:-2], name="cut"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(2, 3),
    ]
    keras.Sequential([keras.Input((12, 12, 3)), *layers]).save(tmp_path / "net.keras")
    source = load(tmp_path / "net.keras", lambdas=stand_ins({"cut": "x[:, 2:-2]"}))
    own = own_normalization(source.keras)
    assert own is not None
    assert own.layers == (layers[1].name,)


def test_an_expression_counts_more_than_allowed_code(nets):
    path, expected = nets("sequential", "keras", ".keras")
    texts = {**NETS["sequential"][1], "unit": "l2_normalize(x) * 2"}
    source = load(path, lambdas=stand_ins(texts), allow_unsafe=True)
    result = np.asarray(source.call([PICTURES])[0])
    np.testing.assert_allclose(result, 2 * expected, rtol=1e-4, atol=1e-6)
    # The code of the first layer runs; the others are only named in the file.
    del texts["scale"]
    mixed = load(path, lambdas=stand_ins(texts), allow_unsafe=True)
    result = np.asarray(mixed.call([PICTURES])[0])
    np.testing.assert_allclose(result, 2 * expected, rtol=1e-4, atol=1e-6)
    with pytest.raises(ConversionError, match="only the name of '_pixels', '_unit'"):
        load(path, allow_unsafe=True)


@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_an_expression_that_does_not_fit_is_said_in_our_words(nets, package, suffix):
    path, _ = nets("sequential", package, suffix)
    texts = {**NETS["sequential"][1], "pixels": "gray(x)"}
    with pytest.raises(ConversionError) as caught:
        load(path, lambdas=stand_ins(texts))
    assert str(caught.value) == (
        "--lambda 'pixels=gray(x)' does not fit the layer, which gets "
        "(?, 12, 12, 8): gray takes 3 channels, and gets 8. Pass another expression."
    )


def _with_code(source, target, code):
    """Copy an HDF5 file, with other code in its Lambda layers."""
    target.write_bytes(source.read_bytes())
    with h5py.File(target, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for entry in config["config"]["layers"]:
            if entry["class_name"] == "Lambda":
                entry["config"]["function"] = [code, None, None]
        file.attrs["model_config"] = json.dumps(config)
    return target


def test_code_that_fails_is_said_as_it_is(nets, tmp_path):
    path, _ = nets("sequential", "tf_keras", ".h5")
    broken = _with_code(path, tmp_path / "broken.h5", "4wEAAAA=")
    with pytest.raises(ConversionError) as caught:
        load(broken, allow_unsafe=True)
    text = str(caught.value)
    assert "cannot be run although --allow-unsafe is given: EOFError" in text
    assert "Another Python stored the code" in text
    assert "pass --allow-unsafe" not in text
    assert "--lambda" in text


@pytest.mark.parametrize(
    ("package", "name"), [("keras", "net.keras"), ("tf_keras", "net.h5")]
)
def test_code_that_misses_a_name_is_said_as_it_is(package, name, tmp_path):
    keras = importlib.import_module(package)
    far = lambda x: elsewhere(x)  # noqa: E731, F821
    far.__globals__["elsewhere"] = lambda x: x * 2
    try:
        inputs = keras.Input((4,))
        model = keras.Model(inputs, keras.layers.Lambda(far)(inputs))
        model.save(tmp_path / name)
    finally:
        del far.__globals__["elsewhere"]
    with pytest.raises(ConversionError) as caught:
        load(tmp_path / name, allow_unsafe=True)
    assert "NameError: name 'elsewhere' is not defined" in str(caught.value)
    assert "without the imports and variables" in str(caught.value)


def test_patterns_name_several_layers_and_an_own_name_counts_more(tmp_path):
    import keras

    layers = [keras.layers.Lambda(lambda x: x * 0.5, name=f"s{i}") for i in range(3)]
    keras.Sequential([keras.Input((4,)), *layers]).save(tmp_path / "net.keras")
    texts = {"s*": "x * 0.5", "s1": "x * 3"}
    source = load(tmp_path / "net.keras", lambdas=stand_ins(texts))
    result = np.asarray(source.call([np.ones((1, 4), np.float32)])[0])
    np.testing.assert_allclose(result, 0.75)
    with pytest.raises(ConversionError, match=r"t\*=.*No Lambda layer 't\*'"):
        load(tmp_path / "net.keras", lambdas=stand_ins({"t*": "x"}))


def test_a_way_that_cannot_work_is_not_named(nets, tmp_path):
    # LOAD_FAST, RETURN_VALUE as Python 2 wrote them.
    code = b"c" + b"\0" * 16 + b"s\4\0\0\0|\0\0S" + b"(\0\0\0\0" * 2
    code += b"(\1\0\0\0s\1\0\0\0x" + b"(\0\0\0\0" * 2 + b"s\0\0\0\0" * 2
    code += b"\0" * 4 + b"s\0\0\0\0"
    text = base64.b64encode(code).decode()
    path, _ = nets("sequential", "tf_keras", ".h5")
    old = _with_code(path, tmp_path / "old.h5", text)
    with pytest.raises(ConversionError, match="reads as: x") as caught:
        load(old)
    assert "--allow-unsafe" not in str(caught.value)
    with pytest.raises(ConversionError, match="stored by Python 2 and cannot be read"):
        load(old, allow_unsafe=True)


def test_a_saved_model_has_no_layers(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(ConversionError, match="is a SavedModel, .*Leave them out"):
        load(tmp_path, lambdas=stand_ins({"a": "x"}))


@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_an_expression_of_another_shape_is_suspected(nets, package, suffix):
    path, _ = nets("sequential", package, suffix)
    texts = {**NETS["sequential"][1], "scale": "gray(x)"}
    with pytest.raises(ConversionError, match="--lambda may make another shape"):
        load(path, lambdas=stand_ins(texts))
