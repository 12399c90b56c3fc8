"""Which reader a file gets, and what takes the place of a Lambda layer."""

from __future__ import annotations

import numpy as np
import pytest

from edgevision.errors import ConversionError

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
RNG = np.random.default_rng(5)
PICTURES = RNG.uniform(0, 255, (2, 12, 12, 3)).astype(np.float32)


def package(name):
    import importlib

    return importlib.import_module(name)


@pytest.mark.parametrize(
    ("name", "suffix"), [("keras", ".keras"), ("keras", ".h5"), ("tf_keras", ".h5")]
)
def test_a_function_takes_the_place_of_a_lambda_layer(tmp_path, name, suffix):
    from edgevision.converters.keras import load

    keras = package(name)
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            keras.layers.Lambda(lambda x: x / 100 - 1, name="scaled"),
            keras.layers.Conv2D(2, 3),
            keras.layers.Lambda(lambda x: x * 3, name="times"),
        ]
    )
    path = tmp_path / f"net{suffix}"
    model.save(path)
    with pytest.raises(ConversionError, match="Lambda layers 'scaled', 'times'"):
        load(path)
    with pytest.raises(ConversionError, match="Lambda layer 'times'"):
        load(path, lambdas={"scaled": lambda x: x})
    with pytest.raises(ConversionError, match="No Lambda layer 'scale'.*mean 'scaled'"):
        load(path, lambdas={"scale": lambda x: x})
    functions = {"scaled": lambda x: x / 100 - 1, "times": lambda x: x * 3}
    source = load(path, lambdas=functions)
    expected = np.asarray(model(PICTURES))
    assert np.allclose(np.asarray(source.call([PICTURES])[0]), expected, atol=1e-6)
    unsafe = load(path, allow_unsafe=True)
    assert np.allclose(np.asarray(unsafe.call([PICTURES])[0]), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "suffix"), [("keras", ".keras"), ("keras", ".h5"), ("tf_keras", ".h5")]
)
def test_classes_that_the_caller_brings_are_used(tmp_path, name, suffix):
    from edgevision.converters.keras import load

    keras = package(name)

    class Twice(keras.layers.Layer):
        def call(self, x):
            return x * 2

    model = keras.Sequential(
        [keras.Input((12, 12, 3)), Twice(), keras.layers.Conv2D(2, 3)]
    )
    path = tmp_path / f"net{suffix}"
    model.save(path)
    with pytest.raises(ConversionError, match="uses the class 'Twice', which Keras"):
        load(path)
    source = load(path, custom_objects={"Twice": Twice})
    assert np.array_equal(source.call([PICTURES])[0], model(PICTURES))


def test_operations_in_hdf5_of_keras_3_are_rebuilt(tmp_path):
    import keras
    from edgevision.converters.keras import load, own_normalization

    picture = keras.Input((12, 12, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(picture)
    x = keras.layers.Conv2D(2, 3)(x)
    x = keras.layers.Add()([x, keras.ops.abs(x) + 1])
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(picture, x)
    model.save(tmp_path / "net.h5")
    source = load(tmp_path / "net.h5")
    assert np.array_equal(source.call([PICTURES])[0], model(PICTURES))
    own = own_normalization(source.keras)
    assert own is not None
    assert own.std == (127.5,)


def test_training_starts_from_a_model_of_keras_3_that_computes_the_same(tmp_path):
    import keras
    from edgevision.converters.keras import load, load_for_training
    from support import keras_2_files as made

    model = made.with_values(made.teachable_machine)
    model.save(tmp_path / "net.h5")
    path = made.older(tmp_path / "net.h5", tmp_path / "old.h5", "2.4.0")
    source = load_for_training(path)
    assert isinstance(source.keras, keras.Model)
    values = [made.pictures()]
    answers = [np.asarray(x.call(values)[0]) for x in (source, load(path))]
    assert np.allclose(*answers, atol=1e-6)
