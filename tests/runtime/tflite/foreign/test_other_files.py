"""Files that are no TensorFlow Lite model are a sentence that helps."""

from __future__ import annotations

import os

import pytest
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
        (b"1234TFL2123456789", "b'TFL2' stands at byte 4 of 17"),
        (b"abc", "stands at byte 4 of 3"),
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
