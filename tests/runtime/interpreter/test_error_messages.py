"""What a runtime refuses is one sentence that names the reason."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter import backends
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


def test_an_op_version_that_is_too_new_is_named():
    model = build(
        [Tensor((1, 4)), Tensor((1, 4), "int8", 1.0)],
        [Operator(114, [0], [1], version=99)],
        [0],
        [1],
    )
    with pytest.raises(ModelError, match="the model needs QUANTIZE version 99, which"):
        Interpreter(model)
