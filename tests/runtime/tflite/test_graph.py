"""Operators of a graph."""

from __future__ import annotations

from edgevision.runtime.tflite.model_file import ModelFile


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
