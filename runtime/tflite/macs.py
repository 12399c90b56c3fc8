"""Count a model's multiply-accumulates from its operators' shapes."""

from __future__ import annotations

import math
from typing import Final

from .graph import Operator, Tensor
from .model_file import ModelFile

COUNTED: Final = (
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "TRANSPOSE_CONV",
    "BATCH_MATMUL",
)


def count_macs(model: ModelFile) -> int:
    """Return the multiply-accumulates of one inference of the main graph.

    Convolutions and matrix products count, everything else is left out, as papers do.
    Dynamic dimensions count as 1.
    """
    tensors = model.tensors
    return sum(operator_macs(operator, tensors) for operator in model.operators)


def operator_macs(operator: Operator, tensors: tuple[Tensor, ...]) -> int:
    """Return the multiply-accumulates of one operation.

    Args:
        operator: The operation.
        tensors: Of its graph.
    """
    if operator.name not in COUNTED or len(operator.inputs) < 2:
        return 0
    if operator.name == "TRANSPOSE_CONV":
        # Inputs: output shape, weights (out, height, width, in), picture.
        weights = tensors[operator.inputs[1]].shape
        picture = tensors[operator.inputs[2]].shape
        return _size(picture) * math.prod(weights[:3])
    weights = tensors[operator.inputs[1]].shape
    output = _size(tensors[operator.outputs[0]].shape)
    if operator.name == "CONV_2D":
        return output * math.prod(weights[1:])
    if operator.name == "DEPTHWISE_CONV_2D":
        return output * math.prod(weights[1:3])
    if operator.name == "FULLY_CONNECTED":
        return output * weights[-1]
    return output * tensors[operator.inputs[0]].shape[-1]


def _size(shape: tuple[int, ...]) -> int:
    return math.prod(max(n, 1) for n in shape)
