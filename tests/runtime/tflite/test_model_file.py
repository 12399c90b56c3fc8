"""What a .tflite says, against what an interpreter says of the same file."""

from __future__ import annotations

import os

import numpy as np
import pytest
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


def test_other_files_are_refused_before_they_are_read(tmp_path):
    # More than any memory holds; a sparse file of gigabytes took as long as its hash.
    path = tmp_path / "net.tflite"
    for head, size in ((bytes(8), 1 << 42), (b"\x20\0\0\0TFL3", 108)):
        path.write_bytes(head)
        os.truncate(path, size)
        with pytest.raises(ModelError, match="not a TensorFlow Lite|damaged"):
            ModelFile.open(path)
