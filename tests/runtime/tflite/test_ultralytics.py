"""Metadata of Ultralytics' exports, of current and older versions."""

from __future__ import annotations

import io
import zipfile

import pytest
from edgevision.runtime.tflite.archive import Archive
from edgevision.runtime.tflite.ultralytics import read_ultralytics

from edgevision.errors import ModelError


def archive(name, text):
    data = io.BytesIO(b"x" * 64)
    data.seek(0, io.SEEK_END)
    with zipfile.ZipFile(data, "a") as file:
        file.writestr(name, text)
    return Archive(data.getvalue(), "net.tflite")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.json", '{"task": "detect", "names": {"0": "cat"}}'),
        ("temp_meta.txt", "{'task': 'detect', 'names': {0: 'cat'}}"),
    ],
)
def test_both_ways_of_writing_are_read(name, text):
    metadata = read_ultralytics(archive(name, text))
    assert metadata is not None
    assert metadata["task"] == "detect"
    assert list(metadata["names"].values()) == ["cat"]


def test_other_files_of_that_name_are_passed_by():
    assert read_ultralytics(archive("metadata.json", '{"a": 1}')) is None
    assert read_ultralytics(archive("other.json", "{}")) is None


def test_code_is_not_run_and_is_a_sentence():
    with pytest.raises(ModelError, match="is not the dictionary that Ultralytics"):
        read_ultralytics(
            archive("temp_meta.txt", "{'task': __import__('os').getcwd()}")
        )
