"""The files behind the flatbuffer."""

from __future__ import annotations

from edgevision.runtime.tflite.model_file import ModelFile


def test_the_flatbuffer_ends_where_the_files_begin(shared):
    path = shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite"
    model = ModelFile.open(path)
    assert path.read_bytes()[model.flatbuffer_size :][:4] == b"PK\x03\x04"
    assert model.archive.names == ("imagenet_labels.txt",)
    labels = model.archive.read("imagenet_labels.txt", limit=10**6)
    assert labels is not None
    assert labels.startswith(b"background\n")
    assert model.archive.read("nothing", limit=10) is None
    assert model.min_runtime_version == "1.14.0"
