"""Transfer: the head is replaced, the rest is kept, and what is not known is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.converters.keras.card import append_card
from edgevision.training.networks.transfer import freeze, open_base, stages
from edgevision.training.request import TrainRequest

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import TrainingError

pytestmark = pytest.mark.tf


def request(**choices):
    return TrainRequest(Path("data"), Path("net.keras"), **choices)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return the file of a small classifier that takes raw pixels without saying so."""
    keras = pytest.importorskip("keras")
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(4, 3, name="first"),
            layers.BatchNormalization(name="norm"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="relu", name="before"),
            layers.Dense(10, name="old_head"),
            layers.Softmax(),
        ]
    )
    path = tmp_path_factory.mktemp("base") / "base.keras"
    model.save(path)
    return path


def test_the_head_is_replaced_and_the_body_is_kept(trained):
    import keras

    base = open_base(request(weights=str(trained), normalize="raw"))
    assert (base.input_size, base.channels, base.color) == ((16, 16), 3, "rgb")
    model, body = base.make(3, (16, 16, 3))
    old = keras.models.load_model(trained)
    assert model.output_shape == (None, 3)
    for name in ("first", "norm", "before"):
        kept = next(layer for layer in body if layer.name == name)
        for a, b in zip(
            kept.get_weights(), old.get_layer(name).get_weights(), strict=True
        ):
            np.testing.assert_array_equal(a, b)
    assert not any(layer.name == "old_head" for layer in body)


def test_another_normalization_becomes_a_layer(trained, rng):
    import keras

    base = open_base(request(weights=str(trained), normalize="mean=10,20,30,std=2"))
    model, _ = base.make(3, (16, 16, 3))
    old = keras.models.load_model(trained)
    before = keras.Model(old.inputs, old.get_layer("before").output)
    pixels = rng.integers(0, 256, (4, 16, 16, 3)).astype(np.float32)
    expected = before.predict((pixels - [10, 20, 30]) / 2, verbose=0)
    inner = keras.Model(model.inputs, model.get_layer("head_dropout").output)
    np.testing.assert_allclose(
        inner.predict(pixels, verbose=0), expected, rtol=1e-4, atol=1e-3
    )


def test_an_unknown_normalization_is_asked_for(trained):
    with pytest.raises(ValueError, match="width is for networks that are built here"):
        open_base(request(weights=str(trained), normalize="raw", width=0.5))
    with pytest.raises(TrainingError, match="does not say how .* Pass --normalize"):
        open_base(request(weights=str(trained)))


def test_a_card_says_it(trained, tmp_path):
    path = tmp_path / "carded.keras"
    path.write_bytes(trained.read_bytes())
    card = InputCard(16, 16, color="bgr", mean=(127.5,), std=(127.5,))
    append_card(path, ModelCard("b", "classification", card, OutputCard("classifier")))
    base = open_base(request(weights=str(path)))
    assert base.color == "bgr"
    model, _ = base.make(2, (16, 16, 3))
    assert model.get_layer("normalize").scale == pytest.approx(1 / 127.5)


def test_the_input_can_become_larger_where_pooling_allows(trained):
    base = open_base(
        request(weights=str(trained), normalize="raw", input_size=(24, 20))
    )
    model, _ = base.make(2, (20, 24, 3))
    assert model.input_shape == (None, 20, 24, 3)


def test_layers_of_a_file_are_matched_with_a_network(tmp_path):
    from edgevision.training.networks.architectures import build

    old = build("cnn", (32, 32, 3), 10, width=0.1)
    path = tmp_path / "old.keras"
    old.save(path)
    base = open_base(request(weights=str(path), arch="cnn", width=0.1))
    model, body = base.make(4, (32, 32, 3))
    assert base.facts["layers"] == "4 of 4"
    assert model.output_shape == (None, 4)
    for a, b in zip(old.get_weights()[:-2], model.get_weights()[:-2], strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.layers[-1] not in body
    with pytest.raises(TrainingError, match="No layer of .* fits one of cnn-separable"):
        open_base(request(weights=str(path), arch="cnn-separable")).make(4, (32, 32, 3))


def test_freezing_leaves_batch_normalization_alone(trained):
    base = open_base(request(weights=str(trained), normalize="raw"))
    model, body = base.make(3, (16, 16, 3))
    freeze(body, 0.0)
    assert [w.path.split("/")[0] for w in model.trainable_weights] == ["scores"] * 2
    freeze(body, 1.0)
    free = {w.path.split("/")[-2] for w in model.trainable_weights}
    assert free == {"first", "before", "scores"}
    first, second = stages(body, 10, 1e-2)
    assert (first.epochs, second.epochs) == (6, 4)
    assert second.learning_rate < first.learning_rate / 10
    assert len(stages(body, 1, 1e-2)) == 1


def test_weights_that_cannot_be_used_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(TrainingError, match="no such file. Pass a trained"):
        open_base(request(weights=str(tmp_path / "no.h5")))
    with pytest.raises(ValueError, match="a published network: densenet-121, eff"):
        open_base(request(weights="imagenet"))
    with pytest.raises(ValueError, match="are for width 1, got 0.5"):
        open_base(request(weights="imagenet", arch="mobilenet-v2", width=0.5))
    file = tmp_path / "models" / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels"
    expected = rf"there is no file {file}_1.0_224_no_top.h5\. Pass --download"
    with pytest.raises(TrainingError, match=expected):
        open_base(request(weights="imagenet", arch="mobilenet-v2"))


@pytest.mark.slow
def test_imagenet_comes_from_keras_own_cache(tmp_path, monkeypatch, rng):
    import h5py
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    shape = (32, 32, 3)
    published = keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=shape
    )
    # The files that Keras publishes are of the older format.
    with h5py.File(tmp_path / "models" / "efficientnetb0_notop.h5", "w") as file:
        save_weights_to_hdf5_group(file, published)
    base = open_base(
        request(weights="imagenet", arch="efficientnet-b0", input_size=(32, 32))
    )
    _, body = base.make(3, shape)
    taken = next(layer for layer in body if layer.name == "stem_conv")
    np.testing.assert_array_equal(
        taken.get_weights()[0], published.get_layer("stem_conv").get_weights()[0]
    )
    # Keras multiplies by 1/sqrt(0.229) after the normalization of its own weights.
    normalization = next(x for x in body if type(x).__name__ == "Normalization")
    pixels = rng.uniform(0, 1, (1, 2, 2, 3)).astype(np.float32)
    np.testing.assert_allclose(
        np.asarray(normalization(pixels)),
        pixels / np.sqrt([0.229, 0.224, 0.225]),
        rtol=1e-5,
    )
