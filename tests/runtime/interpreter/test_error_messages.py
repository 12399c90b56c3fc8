"""What a runtime refuses is one sentence that names the reason."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.interpreter import backends, find_backend
from edgevision.runtime.interpreter.error_messages import refusal
from edgevision.runtime.interpreter.interpreter import Interpreter
from support.tiny_tflite import CUSTOM, Operator, Tensor, build

from edgevision.errors import ModelError

pytestmark = pytest.mark.skipif(
    not backends.installed_backends(), reason="no TFLite interpreter is installed"
)


def test_an_unknown_custom_op_is_named(shared):
    path = shared / "models" / "invalid_custom_op.tflite"
    with pytest.raises(
        ModelError,
        match=r"invalid_custom_op\.tflite needs the custom op 'fake-op-double', which",
    ):
        Interpreter(path)


def test_an_unknown_custom_op_is_named_without_shared_data():
    tensors = [Tensor((1, 2)), Tensor((1, 2))]
    model = build(tensors, [Operator(CUSTOM, [0], [1], custom="mine")], [0], [1])
    with pytest.raises(ModelError, match="the model needs the custom op 'mine'"):
        Interpreter(model)


def test_corals_operation_names_the_file_without_it():
    tensors = [Tensor((1, 2)), Tensor((1, 2))]
    operator = Operator(CUSTOM, [0], [1], custom="PosenetDecoderOp")
    with pytest.raises(ModelError, match="of the same net without '_decoder' in"):
        Interpreter(build(tensors, [operator], [0], [1]))


def test_an_op_version_that_is_too_new_is_named():
    model = build(
        [Tensor((1, 4)), Tensor((1, 4), "int8", 1.0)],
        [Operator(114, [0], [1], version=99)],
        [0],
        [1],
    )
    with pytest.raises(ModelError, match="the model needs QUANTIZE version 99, which"):
        Interpreter(model)


def test_a_division_by_what_int8_rounds_to_zero_has_a_cure():
    tensors = [Tensor((1, 4), "int8", 1.0) for _ in range(3)]
    division = Operator(42, [0, 1], [2], version=1, options_type=29)
    model = build(tensors, [division], [0, 1], [2])
    zeros = np.zeros((1, 4), np.int8)
    words = "int8 rounds to 0. Convert it with --recipe"
    if find_backend(None).name == "tflite-runtime":
        words = "Div only supports FLOAT32"  # 2.14 has no DIV in int8 at all
    with (
        Interpreter(model, delegate="none") as interpreter,
        pytest.raises(ModelError, match=words),
    ):
        interpreter.run(zeros + 8, zeros)


def test_a_graph_that_only_xnnpack_refuses_has_a_cure():
    """As a published DeepLab of 2020; the built-in kernels run it."""
    reason = (
        "failed to delegate RESIZE_BILINEAR node #63. "
        "Node number 72 (TfLiteXNNPackDelegate) failed to prepare."
    )
    words = refusal("net.tflite", "ai-edge-litert 2.3.0", reason)
    assert words.endswith("RESIZE_BILINEAR node #63. Pass --delegate none.")
    other = reason.replace("TfLiteXNNPackDelegate", "CONV_2D")
    assert "--delegate" not in refusal("net.tflite", "ai-edge-litert 2.3.0", other)


@pytest.mark.parametrize("name", ["Landmarks2TransformMatrix", "TransformLandmarks"])
def test_an_operation_of_mediapipe_names_the_file_that_does_without(name):
    words = refusal("mesh.tflite", "it", f"Encountered unresolved custom op: {name}.\n")
    assert "face_landmark.tflite, 468 points" in words
    assert "Convert it again" not in words
