"""Models in memory reach the child with augmentation off, whichever Keras they are."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
PICTURES = np.random.default_rng(2).uniform(0, 255, (2, 8, 8, 3)).astype(np.float32)


def own_layer(keras):
    class Twice(keras.layers.Layer):
        def call(self, x):
            return x * 2

    return Twice()


def subclassed(keras):
    layers = keras.layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.flip = layers.RandomFlip()
            self.turn = layers.RandomRotation(0.3)
            self.convolution = layers.Conv2D(3, 3)
            self.statistics = layers.BatchNormalization()
            self.head = layers.Dense(2)

        def call(self, x):
            x = self.convolution(self.turn(self.flip(x / 255.0)))
            return self.head(layers.Flatten()(self.statistics(x)))

    model = Net()
    model(PICTURES)
    return model


def with_own_layer(keras):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(),
            own_layer(keras),
            layers.Conv2D(2, 3),
            layers.Dropout(0.5),
        ]
    )


def plain(keras):
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((8, 8, 3)), layers.RandomFlip(), layers.Conv2D(2, 3)]
    )


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
@pytest.mark.parametrize(
    ("net", "suffixes"),
    [
        (plain, (".keras", ".h5")),
        (with_own_layer, ("",)),
        (subclassed, ("",)),
    ],
)
def test_the_answers_are_those_without_training(tmp_path, package, net, suffixes):
    import importlib

    from edgevision.converters.child import model_to_file
    from edgevision.converters.keras import load

    keras = importlib.import_module(package)
    model = net(keras)
    path = model_to_file(model, tmp_path)
    assert path.suffix in suffixes
    source = load(path)
    answers = np.asarray(source.call([PICTURES])[0])
    if package == "tf_keras":
        with keras.backend.learning_phase_scope(0):
            expected = model(PICTURES)
    else:
        expected = model(PICTURES, training=False)
    assert np.allclose(answers, expected, atol=1e-5)
    assert np.array_equal(answers, source.call([PICTURES])[0])


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_an_export_in_which_augmentation_is_active_is_refused(tmp_path, package):
    import importlib

    from edgevision.converters.keras import load

    from edgevision.errors import ConversionError

    keras = importlib.import_module(package)
    model = plain(keras)
    model.export(str(tmp_path / "folder"))
    with pytest.raises(ConversionError, match=r"differently each time.*training=False"):
        load(tmp_path / "folder")
