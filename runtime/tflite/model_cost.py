"""What a graph costs, from shapes alone: multiplications, parameters, bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .graph import Graph, Operator, Tensor
from .macs import operator_macs
from .model_file import ModelFile


@dataclass(frozen=True)
class OperatorCount:
    """All operations of one kind and version.

    Attributes:
        name: The operator.
        version: Its version.
        is_custom: Whether it is not one of TFLite's own.
        count: How many there are.
        macs: Multiplications with addition, for one picture; 0 for kinds that have few.
        float_count: How many of them compute in float.
    """

    name: str
    version: int
    is_custom: bool
    count: int
    macs: int
    float_count: int


@dataclass(frozen=True)
class Cost:
    """What a model costs.

    Attributes:
        operators: Most expensive first.
        parameters: Constant values that take part in the computation.
        weight_bytes: Bytes of all constant tensors.
        is_dynamic: Whether some shapes are only known at run time, so that the
            multiplications are a lower bound.
    """

    operators: tuple[OperatorCount, ...]
    parameters: int
    weight_bytes: int
    is_dynamic: bool

    @property
    def macs(self) -> int:
        """Return the multiplications for one picture."""
        return sum(item.macs for item in self.operators)


def cost(model: ModelFile) -> Cost:
    """Return what a model costs, all its graphs together."""
    sums: dict[tuple[str, int, bool], list[int]] = {}
    sizes: dict[int, int] = {}
    values: dict[int, int] = {}
    is_dynamic = False
    for index in range(model.graph_count):
        graph = model.graph(index)
        tensors = graph.tensors
        for tensor in tensors:
            if tensor.is_constant:
                # Tensors may share a buffer.
                sizes[tensor.buffer] = tensor.data_size
                if _is_parameter(tensor):
                    values[tensor.buffer] = tensor.size
            is_dynamic |= bool(tensor.shape_signature)
        for operator in graph.operators:
            key = (operator.name, operator.version, operator.is_custom)
            entry = sums.setdefault(key, [0, 0, 0])
            entry[0] += 1
            entry[1] += operator_macs(operator, tensors)
            entry[2] += _is_float(operator, graph)
    operators = [
        OperatorCount(*key, count=count, macs=total, float_count=floats)
        for key, (count, total, floats) in sums.items()
    ]
    operators.sort(key=lambda item: (-item.macs, -item.count, item.name))
    return Cost(tuple(operators), sum(values.values()), sum(sizes.values()), is_dynamic)


def tensor_rows(model: ModelFile) -> list[Mapping[str, object]]:
    """Return every tensor of the main graph as plain JSON types."""
    return [
        {
            "index": tensor.index,
            "name": tensor.name,
            "type": tensor.type_name.lower(),
            "shape": list(tensor.shape),
            "scales": len(tensor.scales),
            "scale": tensor.scales[0] if tensor.scales else None,
            "zero_point": tensor.zero_points[0] if tensor.zero_points else None,
            "constant_bytes": tensor.data_size,
        }
        for tensor in model.tensors
    ]


def _is_parameter(tensor: Tensor) -> bool:
    """Return whether a constant is a weight, and not a shape, an axis or a padding."""
    return tensor.type_name.startswith(("FLOAT", "BFLOAT")) or bool(tensor.scales)


def _is_float(operator: Operator, graph: Graph) -> bool:
    if operator.name in ("QUANTIZE", "DEQUANTIZE"):
        return False
    tensors = graph.tensors
    return any(
        tensors[index].type_name in ("FLOAT32", "FLOAT16")
        and not tensors[index].is_constant
        for index in (*operator.inputs, *operator.outputs)
        if 0 <= index < len(tensors)
    )
