"""How a model was trained: the same losses in the spelling of every Keras."""

from __future__ import annotations

import json
import zipfile

import pytest
from edgevision.converters.keras.training import (
    OutputTraining,
    parse_training,
    read_training,
    write_training,
)
from hypothesis import given
from hypothesis import strategies as st

CCE = "categorical_crossentropy"


def function(name):
    """Return what Keras 3 writes for a function."""
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def wrapper(fn, **more):
    """Return what Keras 2 writes for a function that became a loss."""
    return {"class_name": "LossFunctionWrapper", "config": {"fn": fn, **more}}


@pytest.mark.parametrize(
    ("loss", "name", "from_logits"),
    [
        ("mse", "mean_squared_error", None),
        ("MSE", "mean_squared_error", None),
        ("mean_squared_error", "mean_squared_error", None),
        ("MeanSquaredError", "mean_squared_error", None),
        ("keras.losses>categorical_crossentropy", CCE, None),
        ("keras.src.losses.losses.categorical_crossentropy", CCE, None),
        ({"class_name": "CategoricalCrossentropy", "config": {}}, CCE, None),
        (
            {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}},
            CCE,
            True,
        ),
        (wrapper(CCE, from_logits=False), CCE, False),
        (wrapper(CCE, fn_kwargs={"from_logits": True}), CCE, True),
        (wrapper({"class_name": "function", "config": "dice"}), "dice", None),
        (function("bce_dice_loss"), "bce_dice_loss", None),
        (function(CCE), CCE, None),
        (
            {"class_name": "Addons>SigmoidFocalCrossEntropy"},
            "sigmoid_focal_crossentropy",
            None,
        ),
        ({"class_name": "KLDivergence"}, "kl_divergence", None),
        ({"class_name": "LogCosh"}, "logcosh", None),
        ({"class_name": "BinaryIoU"}, "binary_iou", None),
        ({"class_name": "CTC"}, "ctc", None),
        (["mae"], "mean_absolute_error", None),  # one output in a list
    ],
)
def test_every_spelling_of_one_loss(loss, name, from_logits):
    config = parse_training({"loss": loss, "metrics": ["accuracy"]})
    assert config.of_output(0, "any") == OutputTraining(
        name, from_logits, ("accuracy",)
    )


@pytest.mark.parametrize(
    ("metrics", "names"),
    [
        (None, ()),
        ([], ()),
        (["acc", "mae"], ("accuracy", "mean_absolute_error")),
        ([["accuracy"]], ("accuracy",)),
        ([{"class_name": "MeanIoU", "config": {"name": "m"}}], ("mean_iou",)),
        (
            # Keras chose the function for 'accuracy'; that says nothing of the labels.
            [
                [
                    {
                        "class_name": "MeanMetricWrapper",
                        "config": {"name": "accuracy", "fn": "categorical_accuracy"},
                    }
                ]
            ],
            ("accuracy",),
        ),
        (
            [
                {
                    "class_name": "MeanMetricWrapper",
                    "config": {"name": "x", "fn": "categorical_accuracy"},
                }
            ],
            ("categorical_accuracy",),
        ),
    ],
)
def test_metrics_have_their_authors_names(metrics, names):
    assert parse_training({"loss": "mse", "metrics": metrics}).of_output(0).metrics == (
        names
    )


def test_losses_of_several_outputs_by_place_and_by_name():
    by_place = parse_training(
        {
            "loss": ["mse", wrapper(CCE, from_logits=True)],
            "metrics": [["mae"], ["accuracy"]],
        }
    )
    assert by_place.of_output(0, "age") == OutputTraining(
        "mean_squared_error", None, ("mean_absolute_error",)
    )
    assert by_place.of_output(1, "sex") == OutputTraining(CCE, True, ("accuracy",))
    by_name = parse_training(
        {"loss": {"age": "mae", "sex": CCE}, "metrics": {"sex": ["accuracy"]}}
    )
    assert by_name.of_output(1, "sex") == OutputTraining(CCE, None, ("accuracy",))
    assert by_name.of_output(0, "age").metrics == ()
    assert by_name.of_output(2, "other") == OutputTraining()
    for_all = parse_training({"loss": "mse"})
    assert for_all.of_output(1, "b").loss == "mean_squared_error"
    assert [item.loss for item in by_name.outputs()] == ["mean_absolute_error", CCE]


@pytest.mark.parametrize(
    "config",
    [
        None,
        "",
        "{",
        b"\xff\xfe",
        "[1]",
        {},
        {"loss": None},
        {"loss": ""},
        {"loss": []},
        {"loss": {}},
        {"loss": {"class_name": "__lambda__", "config": {}}},
        {"loss": {"class_name": "function", "config": "<lambda>"}},
    ],
)
def test_what_cannot_be_read_is_not_stated(config):
    assert parse_training(config) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["class_name", "config", "fn", "name", "from_logits", "a", "loss"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(loss=_JSON, metrics=_JSON, weighted=_JSON)
def test_no_json_is_an_exception(loss, metrics, weighted):
    config = parse_training(
        {"loss": loss, "metrics": metrics, "weighted_metrics": weighted}
    )
    if config is not None:
        for position in range(3):
            output = config.of_output(position, "a")
            assert isinstance(output.loss, str)
            assert all(isinstance(name, str) for name in output.metrics)


_GOOD = json.dumps(
    {
        "loss": [wrapper(CCE, from_logits=True), {"class_name": "MeanSquaredError"}],
        "metrics": [[{"class_name": "MeanIoU", "config": {"name": "m"}}], ["acc"]],
    }
)


@given(place=st.integers(0, len(_GOOD) - 1), text=st.text(max_size=3))
def test_no_mutation_of_the_text_is_an_exception(place, text):
    parse_training(_GOOD[:place] + text + _GOOD[place + 1 :])


def test_a_deep_or_endless_nesting_ends():
    loss: object = "mse"
    for _ in range(200):
        loss = {"class_name": "LossFunctionWrapper", "config": {"fn": loss}}
    assert parse_training({"loss": loss}) is None
    assert parse_training("[" * 100_000) is None


def zipped(path, config):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", config)
    return path


def test_files_that_say_nothing(tmp_path):
    whole = zipped(
        tmp_path / "a.keras", json.dumps({"compile_config": {"loss": "mse"}})
    )
    assert read_training(whole).of_output(0).loss == "mean_squared_error"
    assert read_training(zipped(tmp_path / "b.keras", "{}")) is None
    assert read_training(zipped(tmp_path / "c.keras", "[]")) is None
    assert read_training(zipped(tmp_path / "d.keras", "not JSON")) is None
    half = tmp_path / "half.keras"
    half.write_bytes(whole.read_bytes()[:60])
    assert read_training(half) is None
    broken = tmp_path / "x.h5"
    broken.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    assert read_training(broken) is None
    assert read_training(tmp_path) is None
    assert read_training(tmp_path / "absent.h5") is None
    other = tmp_path / "net.onnx"
    other.write_bytes(b"\x08\x07")
    assert read_training(other) is None


@pytest.mark.parametrize(
    ("name", "loss", "from_logits", "metrics"),
    [
        ("denoiser_keras2.2tf.h5", "binary_crossentropy", None, ()),
        (
            "digits_logits_keras3.keras",
            "sparse_categorical_crossentropy",
            True,
            ("accuracy",),
        ),
        ("gender_mini_xception_keras2.0.hdf5", CCE, None, ("accuracy",)),
        (
            "hdf5_named_keras_keras2.10_sigmoid.keras",
            "binary_crossentropy",
            None,
            ("accuracy",),
        ),
        (
            "letters_784_keras3.6.h5",
            "sparse_categorical_crossentropy",
            None,
            ("accuracy",),
        ),
        ("steering_lambda_keras2.2.h5", "mean_squared_error", None, ()),
        ("teachable_machine_keras2.4.h5", "", None, ()),
        ("zip_keras2.13_sigmoid.keras", "binary_crossentropy", None, ("accuracy",)),
    ],
)
def test_files_that_strangers_published(shared, name, loss, from_logits, metrics):
    pytest.importorskip("h5py")
    config = read_training(shared / "keras-wild" / name)
    if not loss:
        assert config is None
        return
    assert config.of_output(0, "any") == OutputTraining(loss, from_logits, metrics)


class Compiled:
    def __init__(self, config):
        self._config = config

    def get_compile_config(self):
        if self._config is NotImplemented:
            raise NotImplementedError
        return self._config


@pytest.mark.parametrize(
    ("config", "loss"),
    [
        ({"loss": "mae", "optimizer": object()}, "mean_absolute_error"),
        ({"loss": function("bce_dice_loss")}, "bce_dice_loss"),
        ({}, ""),
        (None, ""),
        (NotImplemented, ""),
    ],
)
def test_a_model_in_memory_leaves_its_losses_beside_its_export(tmp_path, config, loss):
    write_training(Compiled(config), tmp_path)
    training = read_training(tmp_path)
    assert (training.of_output(0).loss if training else "") == loss


def test_an_hdf5_file_without_it_gets_it(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "{}"
    assert read_training(path) is None
    write_training(Compiled({"loss": "mse"}), path)
    assert read_training(path).of_output(0).loss == "mean_squared_error"
