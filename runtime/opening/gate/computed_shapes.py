"""The shapes that a graph's tensors have when it runs, from those of its inputs.

An interpreter believes the shapes of inputs, and computes all others itself; what a
file states of them may be anything. Only operations that carry a picture's size on are
followed: of what others compute, the stated shape is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ...tflite import ModelFile, Operator, Table, Tensor, schema

Shape = tuple[int, ...]

_SAME: Final = 0  # of the schema's enum Padding
# Slots of strides and filters in the options: schema.fbs of TensorFlow Lite 2.21.
_STRIDE_W, _STRIDE_H, _FILTER_W, _FILTER_H = 1, 2, 3, 4
_DILATION: Final = {"CONV_2D": (4, 5), "DEPTHWISE_CONV_2D": (5, 6)}
_POOLS: Final = ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D")
# Operations that compute one value from one of each of what they take.
_ELEMENTWISE: Final = frozenset(
    [
        "ABS",
        "ADD",
        "CAST",
        "CEIL",
        "DEQUANTIZE",
        "DIV",
        "ELU",
        "EXP",
        "FLOOR",
        "GELU",
        "HARD_SWISH",
        "LEAKY_RELU",
        "LOG",
        "LOGISTIC",
        "LOG_SOFTMAX",
        "MAXIMUM",
        "MINIMUM",
        "MUL",
        "NEG",
        "POW",
        "PRELU",
        "QUANTIZE",
        "RELU",
        "RELU6",
        "RELU_N1_TO_1",
        "ROUND",
        "RSQRT",
        "SOFTMAX",
        "SQRT",
        "SQUARE",
        "SQUARED_DIFFERENCE",
        "SUB",
        "TANH",
    ]
)


def computed_shapes(
    model: ModelFile, inputs: Sequence[Shape] | None = None
) -> dict[int, Shape]:
    """Return the shape of each tensor of the main graph that an operation computes.

    Args:
        model: The file, whose bounds are checked.
        inputs: Shapes of the inputs; None means the file's own.
    """
    tensors = model.tensors
    taken = [x.shape for x in model.input_tensors] if inputs is None else inputs
    known: dict[int, Shape] = {
        tensor.index: tuple(shape)
        for tensor, shape in zip(model.input_tensors, taken, strict=True)
    }
    graph = model.root.table_at(schema.ModelSlots.SUBGRAPHS, 0)
    tables = graph.tables(schema.SubGraphSlots.OPERATORS)
    for operator, table in zip(model.operators, tables, strict=True):
        shape = _shape(operator, table, tensors, known)
        for index in operator.outputs:
            if 0 <= index < len(tensors):
                known[index] = tensors[index].shape if shape is None else shape
    return known


def _shape(
    operator: Operator,
    table: Table,
    tensors: Sequence[Tensor],
    known: Mapping[int, Shape],
) -> Shape | None:
    """Return the shape of the first output; None where it is not followed."""
    if operator.is_custom or not operator.outputs:
        return None
    taken = [
        known.get(index, tensors[index].shape)
        for index in operator.inputs
        if 0 <= index < len(tensors)
    ]
    if operator.name in _ELEMENTWISE:
        return _broadcast(taken)
    stated = tensors[operator.outputs[0]].shape
    if len(stated) != 4 or not taken or len(taken[0]) != 4:
        return None
    options = table.table(schema.OperatorSlots.OPTIONS)
    if options is None:
        return None
    if operator.name == "CONCATENATION":
        # Of pictures, it joins the channels.
        joins_channels = options.i32(0) in (3, -1)
        return (*taken[0][:3], stated[3]) if joins_channels else None
    window = _window(operator.name, options, taken)
    if window is None:
        return None
    is_same = options.i8(0) == _SAME
    strides = options.i32(_STRIDE_H), options.i32(_STRIDE_W)
    sides = [
        _side(side, filter_side, stride, is_same)
        for side, filter_side, stride in zip(
            taken[0][1:3], window, strides, strict=True
        )
    ]
    return (taken[0][0], *sides, stated[3])


def _window(
    name: str, options: Table, taken: Sequence[Shape]
) -> tuple[int, int] | None:
    """Return the height and width of what an operation slides over a picture."""
    if name in _POOLS:
        return options.i32(_FILTER_H), options.i32(_FILTER_W)
    if name not in _DILATION or len(taken) < 2 or len(taken[1]) != 4:
        return None
    across, down = (max(1, options.i32(slot, 1)) for slot in _DILATION[name])
    height, width = taken[1][1:3]
    return (height - 1) * down + 1, (width - 1) * across + 1


def _side(side: int, window: int, stride: int, is_same: bool) -> int:
    left = side if is_same else side - window + 1
    return max(0, -(-left // max(1, stride)))


def _broadcast(taken: Sequence[Shape]) -> Shape | None:
    """Return the shape of values that are combined one by one, as NumPy does it."""
    if not taken:
        return None
    rank = max(map(len, taken))
    padded = [(1,) * (rank - len(shape)) + shape for shape in taken]
    return tuple(map(max, zip(*padded, strict=True)))
