"""A file's own words about its scale, without TensorFlow."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from edgevision.converters.keras.stated_scale import normalize_need, stated_scale

h5py = pytest.importorskip("h5py")


def layer(kind, name, after, **config):
    nodes = [{"args": [{"config": {"keras_history": [after, 0, 0]}}]}]
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, **config},
        "inbound_nodes": nodes if after else [],
    }


def chain(*layers):
    """Return the configuration of a functional model whose layers follow each other."""
    entries = [layer("InputLayer", "picture", "")]
    for kind, name, config in layers:
        entries.append(layer(kind, name, entries[-1]["name"], **config))
    return {"class_name": "Functional", "config": {"layers": entries}}


def zipped(path, arrays):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for place, values in arrays.items():
            file[place] = values
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.weights.h5", buffer.getvalue())
    return path


CONV = ("Conv2D", "conv", {"filters": 4})


@pytest.mark.parametrize(
    ("layers", "own"),
    [
        ([("Rescaling", "a", {"scale": 1 / 255, "offset": 0.0}), CONV], "unit"),
        ([("Rescaling", "a", {"scale": 1 / 127.5, "offset": -1.0}), CONV], "signed"),
        (
            [
                ("RandomFlip", "flip", {}),
                ("Rescaling", "a", {"scale": 1 / 255}),
                ("Normalization", "b", {"mean": [0.5], "variance": [0.25]}),
                CONV,
            ],
            "signed",
        ),
        # not what pixels become for a network
        ([("Normalization", "b", {"mean": [0.4], "variance": [0.04]}), CONV], ""),
        # adapted: its values are weights
        ([("Normalization", "b", {"mean": None, "variance": None}), CONV], ""),
        ([CONV, ("Rescaling", "a", {"scale": 1 / 255})], ""),
    ],
)
def test_own_layers_are_read_from_the_configuration(layers, own, tmp_path):
    scale = stated_scale(chain(*layers), tmp_path / "none.keras")
    assert scale.own == own
    assert bool(scale.layers) == bool(own)
    if own:
        assert f"own layers ({own})" in normalize_need(scale, ())


def test_a_branch_behind_the_input_is_no_row(tmp_path):
    config = chain(("Conv2D", "conv", {}), ("Rescaling", "a", {"scale": 1 / 255}))
    config["config"]["layers"].pop(1)
    assert stated_scale(config, tmp_path / "none.keras").own == ""


@pytest.mark.parametrize(
    ("mean", "std", "rule"),
    [
        (121, 63, "raw"),
        (0.47, 0.25, "unit"),
        (-0.04, 0.5, "signed"),
        (0.1, 1.1, "torch"),
        (7.5, 63, ""),  # a mean subtracted: no rule with one mean has it
        (0.0, 1e-6, ""),
    ],
)
@pytest.mark.parametrize(
    "place", ["layers/first/vars", "layers/batch_normalization/vars"]
)
def test_a_batch_normalization_in_front_tells_what_it_saw(
    place, mean, std, rule, tmp_path
):
    arrays = {
        f"{place}/0": np.ones(3),
        f"{place}/1": np.zeros(3),
        f"{place}/2": np.full(3, float(mean)),
        f"{place}/3": np.full(3, float(std) ** 2),
    }
    path = zipped(tmp_path / "net.keras", arrays)
    config = chain(("BatchNormalization", "first", {}), CONV)
    scale = stated_scale(config, path)
    assert scale.trained_on == rule
    assert scale.seen == pytest.approx((mean, std), abs=1e-3)
    need = normalize_need(scale, ())
    assert (f"--normalize {rule}: the first layer, 'first'" in need) is bool(rule)


def test_keras_2_names_the_values(tmp_path):
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights/first/first")
        group["moving_mean:0"] = np.full(3, 121.0)
        group["moving_variance:0"] = np.full(3, 3600.0)
    config = chain(("BatchNormalization", "first", {}), CONV)
    assert stated_scale(config, path).trained_on == "raw"


def test_values_that_cannot_be_read_say_nothing(tmp_path):
    config = chain(("BatchNormalization", "first", {}), CONV)
    (tmp_path / "net.h5").write_bytes(b"nothing")
    assert stated_scale(config, tmp_path / "net.h5").seen == ()
    path = zipped(tmp_path / "net.keras", {"layers/other/vars/0": np.ones(3)})
    assert stated_scale(config, path).seen == ()
