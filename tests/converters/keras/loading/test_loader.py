"""Which reader a file gets, and what takes the place of a Lambda layer."""

from __future__ import annotations

import io
import zipfile

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


def test_without_tf_keras_a_file_of_keras_2_says_what_to_install(tmp_path, monkeypatch):
    import sys

    import keras
    from edgevision.converters.keras import load
    from support import keras_2_files as made

    from edgevision.errors import MissingDependencyError

    made.with_values(made.convolutions).save(tmp_path / "old.h5")
    model = keras.Sequential([keras.Input((12, 12, 3)), keras.layers.Conv2D(2, 3)])
    model.save(tmp_path / "new.h5")
    monkeypatch.setitem(sys.modules, "tf_keras", None)
    with pytest.raises(MissingDependencyError, match="Run: pip install 'tf-keras==2"):
        load(tmp_path / "old.h5")
    load(tmp_path / "new.h5")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("denoiser_keras2.2tf.h5", (28, 28, 1)),
        ("digits_logits_keras3.keras", (10,)),
        ("gender_mini_xception_keras2.0.hdf5", (2,)),
        ("hdf5_named_keras_keras2.10_sigmoid.keras", (1,)),
        ("letters_784_keras3.6.h5", (26,)),
        ("steering_lambda_keras2.2.h5", (1,)),
        ("teachable_machine_keras2.4.h5", (2,)),
        ("zip_keras2.13_sigmoid.keras", (1,)),
    ],
)
def test_published_files_load(shared, name, inner):
    from edgevision.converters.keras import load, summarise_keras

    path = shared / "keras-wild" / name
    facts = summarise_keras(path)
    functions = {"lambda_1": lambda x: x / 255 - 0.5} if "lambda" in name else {}
    source = load(path, lambdas=functions)
    shapes = [(2, *item.shape) for item in source.inputs]
    answer = source.call([np.ones(shape, np.float32) for shape in shapes])[0]
    assert tuple(answer.shape) == (2, *inner)
    assert np.isfinite(np.asarray(answer)).all()
    assert [tuple(shape)[1:] for shape in facts["inputs"]] == [source.inputs[0].shape]
    weights = sum(int(np.prod(x.shape)) for x in source.keras.weights)
    assert facts["parameters"] == weights


def test_pickled_weights_are_refused_with_what_to_do(tmp_path):
    import keras

    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    whole, evil = tmp_path / "net.keras", tmp_path / "evil.keras"
    net.save(whole)
    weights = io.BytesIO()
    np.savez(weights, __root__=np.asarray([{}], object))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(evil, "w") as target:
        for name in ("config.json", "metadata.json"):
            target.writestr(name, source.read(name))
        target.writestr("model.weights.npz", weights.getvalue())
    from edgevision.converters.keras import load

    with pytest.raises(ConversionError, match="Python pickle, which is not read") as no:
        load(evil)
    assert "allow_pickle" not in str(no.value)
