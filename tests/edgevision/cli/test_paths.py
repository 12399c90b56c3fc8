"""An address, or a file of another kind, gets the sentence that helps."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli

URL = "https://example.com/models/net.tflite?raw=1"


def _told(*words: object) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == 2, done.output
    return done.stderr.rpartition("Error: ")[2].strip()


@pytest.mark.parametrize(
    "words",
    [
        ["run", URL],
        ["inspect", URL],
        ["card", URL],
        ["convert", URL],
        ["train", URL, "-o", "net.keras"],
        ["convert", "m.keras", "--calibration", URL],
        ["run", "m.tflite", "--labels", URL],
    ],
)
def test_an_address_is_told_that_nothing_is_downloaded(words):
    told = _told(*words)
    assert f"'{URL}' is an address, and EdgeVision downloads nothing." in told
    assert f"curl -L -o net.tflite {shlex.quote(URL)}" in told


def test_a_keras_model_is_told_to_be_converted_first(tmp_path):
    for name in ("net.keras", "net.h5", "NET.H5"):
        told = _told("run", name)
        assert f"{name} is a Keras model. Convert it first" in told
        assert f"edgevision convert {name} --calibration FOLDER" in told
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert f"{tmp_path} is a SavedModel. Convert it first" in _told("run", tmp_path)
    told = _told("run", "m.tflite", "--then", "net.keras")
    assert "'--then': net.keras is a Keras model" in told


def test_a_converted_model_is_not_converted_again():
    told = _told("convert", "net.tflite")
    assert "net.tflite is converted already; a Keras model is needed" in told
    assert "edgevision inspect net.tflite" in told


def test_a_pytorch_model_is_told_how_it_is_exported():
    for command in ("run", "convert", "inspect"):
        told = _told(command, "my best.pt")
        assert "my best.pt is a PyTorch model" in told
        assert "yolo export model='my best.pt' format=tflite int8=True" in told


def test_a_folder_is_told_which_models_are_in_it(tmp_path):
    told = _told("run", tmp_path)
    assert f"{tmp_path} is a folder without a .tflite file." in told
    for name in "fedcba":
        (tmp_path / f"{name}.tflite").write_bytes(b"")
    told = _told("run", tmp_path)
    assert "Pass one of the models in it: a.tflite, b.tflite, c.tflite" in told
    assert told.endswith("e.tflite, ....")
    told = _told("run", "m.tflite", "--labels", tmp_path)
    assert f"{tmp_path} is a folder, and a file is needed." in told


def test_a_file_where_a_folder_is_meant(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"")
    told = _told("enroll", "m.tflite", file, "-o", tmp_path / "g.npz")
    assert f"{file} is a file, and a folder is needed." in told
