"""What Keras 2 wrote beside a SavedModel, walked without TensorFlow."""

from __future__ import annotations

import json

import pytest
from edgevision.converters.keras.training import read_training
from edgevision.converters.keras.training.saved_metadata import root_metadata
from hypothesis import given
from hypothesis import strategies as st

TEXT = json.dumps({"class_name": "Sequential", "training_config": {"loss": "mse"}})


def field(number: int, data: bytes) -> bytes:
    """Return a field of bytes of a protocol buffer."""
    length, size = len(data), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return bytes([number << 3 | 2]) + size + data


def node(text: str) -> bytes:
    """Return a node of ``keras_metadata.pb``; field 2 is a number."""
    return field(1, b"\x10\x07" + field(3, b"root") + field(5, text.encode()))


def test_the_model_among_its_layers(tmp_path):
    layers = node('{"name": "conv"}') + node("not JSON") + node("[1]")
    (tmp_path / "keras_metadata.pb").write_bytes(layers + node(TEXT))
    assert root_metadata(tmp_path)["class_name"] == "Sequential"
    assert read_training(tmp_path).of_output(0).loss == "mean_squared_error"


def test_an_older_saved_model_has_it_inside(tmp_path):
    user = field(4, field(1, b"_tf_keras_model") + field(3, TEXT.encode()))
    graphs = field(2, field(7, field(1, user)))
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01" + graphs)
    assert read_training(tmp_path).of_output(0).loss == "mean_squared_error"


def test_a_folder_without_either_says_nothing(tmp_path):
    assert root_metadata(tmp_path) == {}
    (tmp_path / "keras_metadata.pb").write_bytes(b"")
    assert read_training(tmp_path) is None


@given(data=st.binary(max_size=200), cut=st.integers(0, 80))
def test_no_bytes_are_an_exception(tmp_path_factory, data, cut):
    folder = tmp_path_factory.mktemp("saved")
    (folder / "keras_metadata.pb").write_bytes(node(TEXT)[:cut] + data)
    root_metadata(folder)


@pytest.mark.tf
def test_what_keras_2_really_writes(tmp_path):
    tf_keras = pytest.importorskip("tf_keras")
    layers = tf_keras.layers
    model = tf_keras.Sequential(
        [layers.Input((4,)), layers.Dense(2, activation="sigmoid")]
    )
    model.compile("adam", tf_keras.losses.BinaryCrossentropy(), ["mae"])
    model.save(tmp_path / "saved", save_format="tf")
    output = read_training(tmp_path / "saved").of_output(0)
    assert output.loss == "binary_crossentropy"
    assert output.from_logits is False
    assert output.metrics == ("mean_absolute_error",)
