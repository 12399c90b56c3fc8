"""Metadata of other tools."""

from __future__ import annotations

from edgevision.runtime.tflite.model_file import ModelFile


def test_metadata_of_other_tools_is_read(shared):
    models = shared / "models"
    metadata = ModelFile.open(
        models / "mobilenet_v1_0.25_224_float_metadata.tflite"
    ).tflite_metadata
    assert metadata is not None
    assert (metadata.inputs[0].mean, metadata.inputs[0].std) == ((127.5,), (127.5,))
    assert metadata.inputs[0].minimum == (-1.0,)
    assert metadata.outputs[0].label_file is not None
    assert metadata.outputs[0].label_file.name == "labels.txt"
    yolo = ModelFile.open(models / "yolov8n_416_full_integer_quant.tflite").ultralytics
    assert yolo is not None
    assert yolo["names"][79] == "toothbrush"
    assert yolo["imgsz"] == [416, 416]
