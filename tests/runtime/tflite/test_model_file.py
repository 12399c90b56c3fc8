"""What a .tflite says, against what an interpreter says of the same file."""

from __future__ import annotations

import os

import numpy as np
import pytest
from edgevision.runtime.tflite import model_file
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.errors import ModelError

MODELS = [
    "cifar10_resnet8_float",
    "cifar10_resnet8_int8_reference",
    "coco_ssd_mobilenet_v1_1.0_quant_metadata",
    "deeplabv3_mnv2_dm05_pascal_quant",
    "mobilenet_v1_0.25_224_float_metadata",
    "mobilenet_v1_0.25_224_quant_metadata",
    "mobilenet_v1_1.0_224_quant_embedding_extractor",
    "mobilenet_v2_1.0_224_quant",
    "movenet_single_pose_lightning_ptq",
    "tf2_mobilenet_v2_1.0_224_ptq",
    "vww_mobilenetv1_96_int8_reference",
    "yolov8n_416_full_integer_quant",
    "yolov8n_640_int8_float_io",
]


def native_interpreter(path):
    """Return an interpreter of whichever backend is installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        return pytest.importorskip("tflite_runtime.interpreter").Interpreter(str(path))
    return Interpreter(str(path))


@pytest.mark.parametrize("name", MODELS)
def test_tensors_are_those_that_an_interpreter_reads(shared, name):
    path = shared / "models" / f"{name}.tflite"
    model, native = ModelFile.open(path), native_interpreter(path)
    for specs, details in (
        (model.inputs, native.get_input_details()),
        (model.outputs, native.get_output_details()),
    ):
        assert len(specs) == len(details)
        for spec, detail in zip(specs, details, strict=True):
            assert spec.name == detail["name"]
            assert spec.index == detail["index"]
            assert spec.shape == tuple(detail["shape"].tolist())
            assert spec.dtype == detail["dtype"]
            assert (spec.scale, spec.zero_point) == detail["quantization"]
    details = {item["index"]: item for item in native.get_tensor_details()}
    for tensor in model.tensors:
        if tensor.index not in details:
            continue
        detail = details[tensor.index]
        assert tensor.name == detail["name"]
        parameters = detail["quantization_parameters"]
        assert np.array_equal(np.float32(tensor.scales), parameters["scales"])
        assert list(tensor.zero_points) == parameters["zero_points"].tolist()


def test_operators_come_with_names_and_versions(shared):
    model = ModelFile.open(
        shared / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    )
    last = model.operators[-1]
    assert (last.name, last.is_custom) == ("TFLite_Detection_PostProcess", True)
    assert len(last.outputs) == 4
    assert {op.name for op in model.operators if not op.is_custom} == {
        "CONV_2D", "DEPTHWISE_CONV_2D", "RESHAPE", "CONCATENATION", "LOGISTIC",
    }  # fmt: skip


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


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "is empty"),
        (b"\x89HDF\r\n\x1a\n0000", "a Keras HDF5 file. Convert it with"),
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


def test_other_files_are_refused_before_they_are_hashed(tmp_path, monkeypatch):
    # A sparse file of gigabytes took as long as its hash.
    monkeypatch.setattr(model_file, "_digest", None)
    path = tmp_path / "net.tflite"
    for head in (bytes(8), b"\x20\0\0\0TFL3"):
        path.write_bytes(head + bytes(100))
        with pytest.raises(ModelError, match="not a TensorFlow Lite|damaged"):
            ModelFile.open(path)
