"""``.keras`` files of Keras 2 find their weights, however the groups are named."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile

import h5py
import numpy as np
import pytest

from edgevision.errors import ConversionError

pytestmark = [pytest.mark.tf, pytest.mark.filterwarnings("ignore::UserWarning")]
NETS = (
    "convolutions",
    "teachable_machine",
    "branches",
    "operations",
    "augmented",
    "recurrent",
    "attention",
    "shared_twice",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return per net its .keras file and what Keras 2 answers."""
    from support import keras_2_files as made

    folder = tmp_path_factory.mktemp("keras-2-archives")
    rows = {}
    for name in NETS:
        model = made.with_values(made.NETS[name])
        model.save(folder / f"{name}.keras")
        rows[name] = folder / f"{name}.keras", made.answers(model)
    return rows


def as_2_13(name):
    """Name a group as Keras 2.13 did on Windows."""
    return name.replace("layers/", "_layer_checkpoint_dependencies\\")


def as_2_15(name):
    """Count as where each layer with weights was met twice: dense, dense_2 ..."""

    def twice(match):
        number = int(match[2] or 0)
        return f"layers/{match[1]}_{2 * number}" if number else match[0]

    return re.sub(r"layers/([a-z0-9_]*?[a-z0-9])(?:_(\d+))?(?=/|$)", twice, name)


def rewritten(path, target, *, name=lambda x: x, change=lambda values: values):
    """Write a copy of a file with other names of groups and other values."""
    with zipfile.ZipFile(path) as archive:
        content = io.BytesIO(archive.read("model.weights.h5"))
        config, metadata = archive.read("config.json"), archive.read("metadata.json")
    values = {}
    with h5py.File(content, "r") as file:
        file.visititems(
            lambda place, item: (
                values.update({name(place): item[()]})
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    result = io.BytesIO()
    with h5py.File(result, "w") as file:
        for place, value in change(values).items():
            file[place] = value
    data = json.loads(metadata)
    data["keras_version"] = "2.13.1"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("metadata.json", json.dumps(data))
        archive.writestr("config.json", config.replace(b"tf_keras", b"keras"))
        archive.writestr("model.weights.h5", result.getvalue())
    return target


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("names", [None, as_2_13, as_2_15])
def test_the_answers_are_those_of_keras_2(files, tmp_path, name, names):
    from edgevision.converters.keras import load
    from support import keras_2_files as made

    path, expected = files[name]
    if names is not None:
        path = rewritten(path, tmp_path / "net.keras", name=names)
    else:
        path = shutil.copy(path, tmp_path / "net.h5")
    source = load(tmp_path / path)
    answers = [np.asarray(x) for x in source.call([made.pictures()])]
    for one, other in zip(answers, expected, strict=True):
        assert np.array_equal(one, other)


def without(values, part):
    return {place: value for place, value in values.items() if part not in place}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda v: without(v, "layers/dense/vars"), "no values for 'dense/kernel"),
        (lambda v: without(v, "dense/vars/1"), r"'dense' has weights of the shapes"),
        (
            lambda v: {**v, "layers/dense/vars/0": v["layers/dense/vars/0"][:-1]},
            "'dense' has weights of the shapes",
        ),
        (
            lambda v: {**v, "layers/dense_1/vars/0": np.zeros(2)},
            "2 groups 'layers/dense', and the model has 1 layers",
        ),
        (
            lambda v: {**v, "layers/conv2d/other/vars/0": np.zeros(2)},
            "'conv2d' has nothing named 'other'",
        ),
    ],
)
def test_weights_that_do_not_fit_one_to_one_are_refused(
    files, tmp_path, change, sentence
):
    from edgevision.converters.keras import load

    path = rewritten(files["convolutions"][0], tmp_path / "net.keras", change=change)
    with pytest.raises(ConversionError, match=f"do not fit its model: .*{sentence}"):
        load(path)
