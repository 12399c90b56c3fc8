"""Files that are no TensorFlow Lite model are a sentence that helps."""

from __future__ import annotations

import os

import pytest
from edgevision.runtime.tflite.foreign.other_files import FORMATS
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.errors import ModelError


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "is empty"),
        (b"\x89HDF\r\n\x1a\n0000", "a Keras HDF5 file. Convert it with"),
        (
            b"\x89PNG\r\n\x1a\n0000",
            "not a TensorFlow Lite model but a picture. Pass the",
        ),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "but a picture"),
        (b"PK\x03\x04000000", "a ZIP archive, perhaps a .keras file"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS pointer"),
        (b"\n<!DOCTYPE html>", "a web page"),
        (b"\x00234TFL2123456789", "b'TFL2' stands at byte 4 of 17"),
        (b"\x01bc", "stands at byte 4 of 3"),
        (b"abc", "a text file; it begins 'abc'"),
        (b"\0" * 600, "begins with 512 zero bytes"),
        (b"GIF89a\0\0", "but a picture"),
        (b"\x01HEF\0\0\0\x02", r"a Hailo NPU .*runtime runs .HailoRT"),
        (b"RKNN\0\0\0\0", "a Rockchip NPU"),
        (b"ptrt\0\0\0\0", "a TensorRT engine"),
        (b"ftrt\0\0\0\0", "a TensorRT engine"),
        (b"LDMK\0\0", "K210"),
        (b"VPMN\0\0", "VeriSilicon"),
        (b"\x7fELF\x02\x01", "an executable of Edge Impulse"),
        (b"7767517\n120 140\n", "a network for ncnn"),
        (b"\x08\x08\x12\x07pytorch\x1a\0", "an ONNX model"),
        (b"\x08\x01\x12\x00\x1a\0", "a graph of TensorFlow"),
        (b"\n\x0f\n\x05input\x12\x0bPlaceholder\0", "a graph of TensorFlow"),
        (b"GGUF\x03\0\0\0", "a language model"),
        (b"\x80\x04\x95\0\0", "a pickle"),
        (b"\x93NUMPY\x01\0", "a NumPy array"),
        (b"\x1f\x8b\x08\0", "a compressed archive"),
        (b'<?xml version="1.0"?>\n<net name="a" version="11">', "for OpenVINO"),
        (b'{"format": "layers-model", "modelTopology": {', "TensorFlow.js"),
        (b"const unsigned char g_model[] = {0x1c, 0x00", "for a microcontroller"),
        (b"\x08\0\0\0TFL3", "is damaged: a table at 8 lies outside"),
        (b"\xff\xff\xff\xffTFL3" * 4, "is damaged: a table at 4294967295 lies outside"),
    ],
)
def test_other_files_are_a_sentence(tmp_path, head, sentence):
    path = tmp_path / "net.tflite"
    path.write_bytes(head)
    with pytest.raises(ModelError, match=sentence):
        ModelFile.open(path)


def test_folders_pipes_and_missing_files_are_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="Cannot open the model .*No such file"):
        ModelFile.open(tmp_path / "nothing.tflite")
    with pytest.raises(ModelError, match="is a folder"):
        ModelFile.open(tmp_path)
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(ModelError, match="is a SavedModel"):
        ModelFile.open(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ModelError, match="is not a regular file"):
        ModelFile.open(pipe)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind.suffixes])
def test_a_format_without_a_mark_is_known_by_its_name(tmp_path, kind):
    for suffix in kind.suffixes:
        path = tmp_path / f"net{suffix}"
        path.write_bytes(b"\x02\0\0\0\xff\xfe\xfd\xfc\0\0\0\0")
        with pytest.raises(ModelError) as caught:
            ModelFile.open(path)
        assert str(caught.value).endswith(kind.words)


def test_content_counts_more_than_a_name(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x01HEF\0\0\0\x02")
    with pytest.raises(ModelError, match="Hailo"):
        ModelFile.open(path)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("graph.xml", "graph.bin"), "OpenVINO"),
        (("net.ncnn.param", "net.ncnn.bin"), "ncnn"),
        (("a.txt",), "is a folder. Pass the path of a .tflite file"),
    ],
)
def test_folders_of_other_formats(tmp_path, names, words):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=words):
        ModelFile.open(tmp_path)
