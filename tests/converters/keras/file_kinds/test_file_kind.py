"""What people pass to convert that is no trained Keras model gets its own sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.converters.convert import convert
from edgevision.converters.keras.file_kinds.file_kind import kind_of

from edgevision.errors import ConversionError

PICTURE = cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1].tobytes()


def archive(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, "x")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.tflite", b"\x1c\0\0\0TFL3" + bytes(40), "is a .tflite file already. Pass"),
        ("a.jpg", PICTURE, "is a picture, where the trained model was expected"),
        ("a.h5", PICTURE, "is a picture, where the trained model was expected"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "is a picture"),
        ("a.h5", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("a.h5", b"", "is empty. Copy the model again"),
        ("a.onnx", b"\x08\x07", "is an ONNX file. Only Keras models"),
        ("a.pth", b"\x80\x02", "is a PyTorch file. Only Keras models"),
        ("saved_model.pb", b"\x08\x01", "is a part of a SavedModel. Pass its folder"),
        ("a.bin", b"\x01\x02", "neither a .keras file, a Keras .h5 file nor"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConversionError, match=sentence):
        kind_of(tmp_path / name)
    # Said before anything else is asked for: samples, outputs, TensorFlow.
    with pytest.raises(ConversionError, match=sentence):
        convert(tmp_path / name)


def test_an_archive_is_told_by_what_it_holds(tmp_path):
    archive(tmp_path / "a.keras", "config.json")
    assert kind_of(tmp_path / "a.keras") == "keras"
    archive(tmp_path / "best.pt", "best/data.pkl")
    with pytest.raises(ConversionError, match="is a PyTorch file"):
        kind_of(tmp_path / "best.pt")


def test_hdf5_is_told_by_its_content_whatever_its_name(tmp_path):
    (tmp_path / "a.keras").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(20))
    assert kind_of(tmp_path / "a.keras") == "h5"


def test_folders_are_told_apart(tmp_path):
    with pytest.raises(ConversionError, match="without saved_model.pb"):
        kind_of(tmp_path)
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.jpg").write_bytes(PICTURE)
    with pytest.raises(ConversionError, match="is a folder of pictures.*--calibration"):
        kind_of(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    assert kind_of(tmp_path) == "saved-model"


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("address", ["https://a.b/net.h5", "gs://bucket/net.keras"])
def test_an_address_is_no_path(tmp_path, kind, address):
    sentence = f"Cannot convert {address}: it is an address.*Download the file"
    with pytest.raises(ConversionError, match=sentence):
        convert(kind(address))


def test_pictures_from_an_address_are_no_path_either(tmp_path):
    archive(tmp_path / "a.keras", "config.json")
    with pytest.raises(ConversionError, match="Cannot read images from https://a.b/c:"):
        convert(tmp_path / "a.keras", calibration="https://a.b/c")
