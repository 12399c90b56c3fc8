"""Shapes by arithmetic, against an interpreter and against what converters state."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.interpreter.backends import find_backend, installed_backends
from edgevision.runtime.opening.gate.computed_shapes import computed_shapes
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_tflite import ADD, ADD_OPTIONS, LOGISTIC, Operator, Tensor, build

CONCATENATION, CONV_2D, DEPTHWISE_CONV_2D, MAX_POOL_2D = 2, 3, 4, 17
CONV, DEPTHWISE, POOL, JOIN = 1, 2, 5, 10


def chain(side, padding, stride, dilation, kernel):
    """Return a graph of pictures whose stated sizes are all wrong but the input's."""
    height, width = kernel
    across, down = stride
    steps = {1: ("i32", across), 2: ("i32", down)}
    pads = {0: ("i8", padding)}
    wide = {4: ("i32", dilation), 5: ("i32", dilation)}
    deep = {3: ("i32", 1), 5: ("i32", dilation), 6: ("i32", dilation)}
    filters = np.zeros((4, height, width, 3), np.float32)
    tensors = [
        Tensor((1, side + 3, side, 3), name="picture"),
        Tensor(filters.shape, data=filters),
        Tensor((1, 1, 1, 4)),
        Tensor((1, height, width, 4), data=np.zeros((1, height, width, 4), "f4")),
        Tensor((1, 1, 1, 4)),
        Tensor((1, 1, 1, 4)),
        Tensor((1, 1, 1, 4)),
        Tensor((1, 1, 1, 8)),
        Tensor((1, 1, 1, 8)),
        Tensor((4,), data=np.zeros(4, np.float32)),
    ]
    ones = {1: ("i32", 1), 2: ("i32", 1)}
    window = {3: ("i32", 2), 4: ("i32", 3)}
    operators = [
        Operator(CONV_2D, [0, 1, 9], [2], 1, "", CONV, pads | steps | wide),
        Operator(
            DEPTHWISE_CONV_2D, [2, 3, 9], [4], 1, "", DEPTHWISE, pads | ones | deep
        ),
        Operator(MAX_POOL_2D, [4], [5], 1, "", POOL, pads | steps | window),
        Operator(LOGISTIC, [5], [6]),
        Operator(CONCATENATION, [5, 6], [7], 1, "", JOIN, {0: ("i32", 3)}),
        Operator(ADD, [7, 7], [8], 1, "", ADD_OPTIONS),
    ]
    return build(tensors, operators, [0], [8])


@pytest.mark.skipif(not installed_backends(), reason="no interpreter is installed")
@pytest.mark.parametrize("padding", [0, 1])
# TensorFlow has no convolution that both strides and dilates.
@pytest.mark.parametrize(
    ("stride", "dilation"), [((1, 1), 1), ((2, 1), 1), ((3, 2), 1), ((1, 1), 2)]
)
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5)])
@pytest.mark.parametrize("side", [37, 40])
def test_sizes_are_those_that_an_interpreter_computes(
    padding, stride, dilation, kernel, side
):
    data = chain(side, padding, stride, dilation, kernel)
    backend = find_backend()
    native = backend.interpreter(
        model_content=data,
        experimental_op_resolver_type=(
            backend.module.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        ),
    )
    native.allocate_tensors()
    native.invoke()
    shapes = computed_shapes(ModelFile.from_bytes(data))
    for index in (0, 2, 4, 5, 6, 7, 8):
        assert shapes[index] == tuple(native.tensor(index)().shape)


def test_other_sizes_of_inputs_are_followed():
    model = ModelFile.from_bytes(chain(8, 0, (2, 2), 1, (3, 3)))
    assert computed_shapes(model)[8] == (1, 3, 2, 8)
    assert computed_shapes(model, [(1, 400, 200, 3)])[8] == (1, 100, 50, 8)


@pytest.mark.parametrize("folder", ["models", "tflite-foreign"])
def test_real_files_state_what_they_compute(shared, folder):
    followed = 0
    for path in sorted((shared / folder).glob("*.tflite")):
        model = ModelFile.open(path)
        shapes = computed_shapes(model)
        for index, shape in shapes.items():
            tensor = model.tensors[index]
            if not tensor.shape_signature:  # of an open size, any is stated
                assert shape == tensor.shape, (path.name, index)
                followed += 1
    assert followed > 500
