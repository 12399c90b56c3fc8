"""The last operations behind each output, read from the model's graph.

The graph is the same for a Keras 3 model, a Keras 2 model and a SavedModel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .frozen_model import FrozenModel

_MOST_STEPS: Final = 60
_ACTIVATIONS: Final = {
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "ArgMax": "argmax",
    "Relu": "relu",
    "Relu6": "relu",
    "Softplus": "softplus",
    "Elu": "elu",
    "Selu": "selu",
    "LeakyRelu": "leaky_relu",
}
_MAKERS: Final = {
    "MatMul": "dense",
    "BatchMatMulV2": "dense",
    "BatchMatMulV3": "dense",
    "Einsum": "dense",
    "Conv2D": "convolution",
    "DepthwiseConv2dNative": "convolution",
    "Conv2DBackpropInput": "convolution",
    "Conv3D": "convolution",
    "Mean": "pooling",
    "Max": "pooling",
    "MaxPool": "pooling",
    "AvgPool": "pooling",
    "DepthToSpace": "depth_to_space",
    "ResizeBilinear": "resize",
    "ResizeNearestNeighbor": "resize",
    "Tile": "resize",
}
_ARITHMETIC: Final = ("AddV2", "Add", "Sub", "Mul", "RealDiv", "BiasAdd")
_UP: Final = (
    "Conv2DBackpropInput",
    "ResizeBilinear",
    "ResizeNearestNeighbor",
    "DepthToSpace",
    "Tile",
)


@dataclass(frozen=True)
class OutputHead:
    """How a model's graph makes one output.

    Attributes:
        activation: softmax, sigmoid, tanh, argmax, relu ...; linear where there is
            none.
        maker: What computes the numbers before it: dense, convolution, pooling,
            depth_to_space, resize, features (a map that is flattened), or "" where it
            is something else.
        is_scaled: Whether constants scale the output after its activation.
        has_skips: Whether the graph joins early and enlarged maps, as a U-Net does.
    """

    activation: str = "linear"
    maker: str = ""
    is_scaled: bool = False
    has_skips: bool = False


def output_heads(frozen: FrozenModel) -> tuple[OutputHead, ...]:
    """Return how each output is made, in the model's order."""
    outputs = frozen.function.outputs
    skips = _has_skips(frozen.function.graph)
    return tuple(_head(tensor, skips) for tensor in outputs)


def _head(tensor: Any, has_skips: bool) -> OutputHead:
    activation, is_scaled = "", False
    for operation in _way_back(tensor):
        if operation.type in _ACTIVATIONS and not activation:
            activation = _ACTIVATIONS[operation.type]
        elif operation.type in _ACTIVATIONS:
            break
        elif operation.type in _MAKERS:
            return OutputHead(
                activation or "linear",
                _maker(operation, tensor),
                is_scaled and bool(activation),
                has_skips,
            )
        elif operation.type in _ARITHMETIC and not activation:
            is_scaled = True
    return OutputHead(
        activation or "linear", "", is_scaled and bool(activation), has_skips
    )


def _maker(operation: Any, output: Any) -> str:
    """Return what computes an output's numbers, maps that became a vector included."""
    maker = _MAKERS[operation.type]
    shape = operation.outputs[0].shape
    if shape.rank != 4 or output.shape.rank != 2:
        return maker
    if shape.as_list()[1:3] != [1, 1]:
        return "features"
    return "dense" if maker == "convolution" else maker


def _way_back(tensor: Any) -> Iterator[Any]:
    """Yield the operations from an output back along the values, not the constants."""
    for _ in range(_MOST_STEPS):
        yield tensor.op
        values = [item for item in tensor.op.inputs if not _is_constant(item)]
        if not values:
            return
        tensor = values[0]


def _is_constant(tensor: Any) -> bool:
    """Return whether a tensor is a weight or another constant."""
    for _ in range(_MOST_STEPS):
        if tensor.op.type == "Const":
            return True
        # Weights pass some operations that only change their shape or type.
        shape_only = tensor.op.type in ("Identity", "Reshape", "Squeeze", "Cast")
        if not shape_only or not tensor.op.inputs:
            return False
        tensor = tensor.op.inputs[0]
    return False


def _has_skips(graph: Any) -> bool:
    """Return whether an enlarged map is joined with one that was not enlarged."""
    for operation in graph.get_operations():
        if operation.type not in ("ConcatV2", "AddV2"):
            continue
        maps = [
            item
            for item in operation.inputs
            if item.shape.rank == 4 and not _is_constant(item)
        ]
        enlarged = [_is_enlarged(item) for item in maps]
        if len(maps) > 1 and any(enlarged) and not all(enlarged):
            return True
    return False


def _is_enlarged(tensor: Any) -> bool:
    """Return whether a map comes from one that was smaller, over few operations."""
    size = tensor.shape.as_list()[1:3]
    for operation in _way_back(tensor):
        if operation.type in _UP:
            return True
        ranks = operation.outputs[0].shape
        if ranks.rank == 4 and ranks.as_list()[1:3] != size:
            return False
        if operation.type in ("MaxPool", "ConcatV2"):
            return False
    return False
