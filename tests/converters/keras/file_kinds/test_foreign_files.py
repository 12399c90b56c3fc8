"""What is no Keras model is named by its content, with what to do instead."""

from __future__ import annotations

import json
import pickle
import zipfile

import h5py
import numpy as np
import pytest
from edgevision.converters.keras.file_kinds import kind_of

from edgevision.errors import ConversionError

TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
JS = json.dumps({"format": "layers-model", "modelTopology": {}, "weightsManifest": []})
ONNX = b"\x08\x07\x12\x07pytorch\x1a\x05" + bytes(60)
FROZEN = b"\n\x17\n\x05input\x12\x0bPlaceholder*\x00" + bytes(60)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.h5", b"<!DOCTYPE html>\n<html>", "is a web page.*'Download raw file'"),
        ("a.keras", b"\xef\xbb\xbf\n\n<html lang=en>", "is a web page"),
        ("a.h5", ONNX, "is an ONNX file. Only Keras models"),
        ("a.h5", TORCH, "is a PyTorch file"),
        ("a.h5", pickle.dumps([1, "a"]), "is a pickle: Python objects whose code runs"),
        ("a.joblib", b"x\x9c\x01", "is a pickle"),
        ("a.pb", FROZEN, "is a frozen graph of TensorFlow 1"),
        ("graph.h5", FROZEN, "is a frozen graph of TensorFlow 1"),
        ("net.pb", b"\x08\x01\x12\xff\x01", "graph of a SavedModel under another name"),
        ("model.ckpt-10.index", b"\0\0\x01\2", "a part of a TensorFlow checkpoint"),
        (
            "checkpoint",
            b'model_checkpoint_path: "a"',
            "list of a TensorFlow checkpoint",
        ),
        ("model.json", JS.encode(), "is a TensorFlow.js model.*Teachable Machine"),
        (
            "a.json",
            b'{"class_name": "Sequential", "config": {}}',
            "without its weights",
        ),
        ("a.json", b'{"epochs": 3}', "is a JSON file with epochs, where the trained"),
        ("train.py", b"import keras\n", "is a text file.*it begins 'import keras'"),
        ("a.txt", "caf\u00e9\n".encode(), "is a text file"),
        ("a.h5", bytes(100), "begins with 100 zero bytes"),
        ("a.h5", b"\x1f\x8b\x08\0", "is a compressed gzip archive. Unpack it"),
        ("a.npy", b"\x93NUMPY\x01\0", "is a NumPy array"),
        ("yolo.weights", b"\0\x02\xff", "is a model of another framework .\\.weights."),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConversionError, match=sentence):
        kind_of(tmp_path / name)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (["archive/data.pkl", "archive/data/0"], "is a PyTorch file"),
        (["a.npy", "b.npy"], "is a NumPy archive of arrays"),
        (["model.tflite", "labels.txt"], "archive with a .tflite file .model.tflite."),
        (["model.json", "weights.bin", "metadata.json"], "is a TensorFlow.js model"),
        (["word/document.xml"], "without a Keras model in it .it holds word/documen"),
        ([], "is a ZIP archive without a Keras model in it. Pass"),
    ],
)
def test_an_archive_of_another_kind_is_named(tmp_path, members, sentence):
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w") as file:
        for member in members:
            file.writestr(member, "x")
    if not members:
        # The end of an archive alone does not begin as one.
        path.write_bytes(b"PK\x03\x04" + bytes(26) + path.read_bytes())
    with pytest.raises(ConversionError, match=sentence):
        kind_of(path)


@pytest.mark.parametrize(
    ("name", "attribute", "group", "sentence"),
    [
        ("a.h5", "layer_names", "dense", "holds only weights.*load_weights.'a.h5'."),
        ("a.weights.h5", "x", "dense", "holds only weights.*then model.load_weights"),
        ("b.h5", "x", "layers", "holds only weights, without a model"),
        (
            "c.h5",
            "x",
            "images",
            "HDF5 file without a Keras model in it .it holds images",
        ),
    ],
)
def test_hdf5_without_a_model_is_named(tmp_path, name, attribute, group, sentence):
    with h5py.File(tmp_path / name, "w") as file:
        file.attrs[attribute] = np.array([b"dense"])
        file[f"{group}/values"] = np.zeros(3)
    with pytest.raises(ConversionError, match=sentence):
        kind_of(tmp_path / name)
