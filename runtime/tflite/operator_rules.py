"""Rules for single operations: an older runtime crashes where one is broken."""

from __future__ import annotations

from typing import Final

from . import schema
from .flatbuffer import Table
from .graph import Operator

# Operator -> code of its options, for those that crash an old runtime with others.
_OPTIONS: Final = {
    "CONV_2D": 1,
    "DEPTHWISE_CONV_2D": 2,
    "AVERAGE_POOL_2D": 5,
    "MAX_POOL_2D": 5,
    "L2_POOL_2D": 5,
    "FULLY_CONNECTED": 8,
    "SOFTMAX": 9,
    "CONCATENATION": 10,
    "ADD": 11,
    "L2_NORMALIZATION": 12,
    "LOCAL_RESPONSE_NORMALIZATION": 13,
    "LSTM": 14,
    "RESIZE_BILINEAR": 15,
    "RESHAPE": 17,
    "SPACE_TO_DEPTH": 19,
    "MUL": 21,
    "PAD": 22,
    "GATHER": 23,
    "TRANSPOSE": 26,
    "MEAN": 27,
    "SUM": 27,
    "REDUCE_MAX": 27,
    "SUB": 28,
    "DIV": 29,
    "SQUEEZE": 30,
    "STRIDED_SLICE": 32,
    "SPLIT": 35,
    "CAST": 37,
    "TRANSPOSE_CONV": 49,
    "PACK": 59,
    "UNPACK": 64,
    "RESIZE_NEAREST_NEIGHBOR": 74,
    "LEAKY_RELU": 75,
    "DEPTH_TO_SPACE": 94,
    "BATCH_MATMUL": 101,
}
# Of those, the ones that a runtime divides by: operator -> slots of its options.
_NOT_ZERO: Final = {
    "CONV_2D": (1, 2),
    "DEPTHWISE_CONV_2D": (1, 2),
    "AVERAGE_POOL_2D": (1, 2, 3, 4),
    "MAX_POOL_2D": (1, 2, 3, 4),
    "L2_POOL_2D": (1, 2, 3, 4),
    "TRANSPOSE_CONV": (1, 2),
    "SPACE_TO_DEPTH": (0,),
    "DEPTH_TO_SPACE": (0,),
    "SPLIT": (0,),
}
# Slots where an absent value means 1 and a stated one must not be 0.
_NOT_ZERO_IF_STATED: Final = {
    "CONV_2D": (4, 5),
    "DEPTHWISE_CONV_2D": (5, 6),
}
# Code of options -> slots that hold vectors of 4-byte numbers.
_VECTORS: Final = {17: (0,), 30: (0,), 115: (0,)}
# How many inputs a runtime reads without asking.
_INPUTS: Final = {
    "CONV_2D": 2,
    "DEPTHWISE_CONV_2D": 2,
    "FULLY_CONNECTED": 2,
    "TRANSPOSE_CONV": 3,
    "ADD": 2,
    "SUB": 2,
    "MUL": 2,
    "DIV": 2,
    "PAD": 2,
    "MEAN": 2,
    "RESIZE_BILINEAR": 2,
    "RESIZE_NEAREST_NEIGHBOR": 2,
    "STRIDED_SLICE": 4,
    "TRANSPOSE": 2,
    "BATCH_MATMUL": 2,
}


def check_operator(operator: Operator, table: Table) -> None:
    """Check one operation: its inputs, and options that a runtime divides by.

    Args:
        operator: The operation.
        table: Where the file describes it.

    Raises:
        ValueError: Something does not fit; the words go behind the operation's name.
        ModelError: Something lies outside the file.
    """
    table.vector(schema.OperatorSlots.CUSTOM_OPTIONS, 1)
    table.vector(schema.OperatorSlots.MUTATING, 1)
    table.numbers(schema.OperatorSlots.INTERMEDIATES, "i")
    table.table(schema.OperatorSlots.OPTIONS_2)
    kind = table.u8(schema.OperatorSlots.OPTIONS_TYPE)
    options = table.table(schema.OperatorSlots.OPTIONS)
    if operator.is_custom:
        return
    if not operator.outputs:
        if operator.name not in ("CALL_ONCE", "ASSIGN_VARIABLE", "WHILE", "IF"):
            raise ValueError("makes nothing")
        return
    needed = _INPUTS.get(operator.name, 0)
    first = operator.inputs[:needed]
    if len(first) < needed or -1 in first:
        raise ValueError(f"has inputs {operator.inputs}, {needed} were expected")
    expected = _OPTIONS.get(operator.name)
    if expected is not None and kind not in (0, expected):
        raise ValueError(f"has options of kind {kind} where {expected} was expected")
    for slot in _VECTORS.get(kind, ()):
        if options is not None:
            options.vector(slot, 4)
    _check_options(operator.name, options)


def _check_options(name: str, options: Table | None) -> None:
    for slot in _NOT_ZERO.get(name, ()):
        value = options.i32(slot) if options is not None else 0
        if value <= 0:
            raise ValueError(f"has {value} where a stride, size or count was expected")
    for slot in _NOT_ZERO_IF_STATED.get(name, ()):
        value = options.i32(slot, 1) if options is not None else 1
        if value <= 0:
            raise ValueError(f"has the dilation {value}")
