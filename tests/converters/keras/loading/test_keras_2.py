"""What Keras 2 wrote answers as Keras 2 answers, in the words of all its versions."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning:tf_keras"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
NETS = (
    "convolutions",
    "teachable_machine",
    "branches",
    "operations",
    "augmented",
    "recurrent",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return per net its HDF5 file and what Keras 2 answers."""
    from support import keras_2_files as made

    folder = tmp_path_factory.mktemp("keras-2")
    rows = {}
    for name in NETS:
        model = made.with_values(made.NETS[name])
        model.save(folder / f"{name}.h5")
        rows[name] = folder / f"{name}.h5", made.answers(model)
    return rows


@pytest.mark.parametrize(
    ("name", "version"),
    [
        (name, version)
        for name in NETS
        for version in ("2.21.0", "2.13.1", "2.4.0", "2.2.4-tf", "2.2.4", "2.0.5")
        # Before 2.4, Keras had no layer for functions of TensorFlow.
        if name != "operations" or version >= "2.4"
    ],
)
def test_every_dialect_answers_as_keras_2_does(files, tmp_path, name, version):
    from edgevision.converters.keras import load
    from support import keras_2_files as made

    path, expected = files[name]
    # The name of a file says nothing about its content.
    source = load(made.older(path, tmp_path / "net.keras", version))
    answers = [np.asarray(x) for x in source.call([made.pictures()])]
    assert len(answers) == len(expected)
    for one, other in zip(answers, expected, strict=True):
        assert np.array_equal(one, other)
    assert f"Written by Keras {version}, read by tf-keras" in source.notes[0]


@pytest.mark.parametrize(
    ("name", "std", "layers"),
    [
        ("operations", 127.5, ("tf.math.truediv", "tf.math.subtract")),
        ("augmented", 255.0, ("rescaling",)),
    ],
)
def test_own_normalization_is_read_from_both_kinds_of_layers(files, name, std, layers):
    from edgevision.converters.keras import load, own_normalization

    own = own_normalization(load(files[name][0]).keras)
    assert own is not None
    assert np.allclose(own.std, std)
    assert own.layers == layers
    assert own.eats_pixels


def test_inspect_sees_arithmetic_that_scales_pixels(files):
    from edgevision.converters.keras import summarise_keras

    needs = summarise_keras(files["operations"][0])["needs"]
    assert any("own layers (signed)" in text for text in needs), needs
