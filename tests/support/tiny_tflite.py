"""Tiny ``.tflite`` models written byte by byte: no TensorFlow, no flatbuffers package.

Only what the tests need: one subgraph, tensors with or without quantization, constants,
builtin and custom operators.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TYPES = {
    "float32": 0,
    "float16": 1,
    "int32": 2,
    "uint8": 3,
    "int64": 4,
    "int16": 7,
    "int8": 9,
}
ADD, FULLY_CONNECTED, LOGISTIC, RESHAPE, SOFTMAX, CUSTOM = 0, 9, 14, 22, 25, 32
MEAN, QUANTIZE = 40, 114
SOFTMAX_OPTIONS, FULLY_CONNECTED_OPTIONS, ADD_OPTIONS, REDUCER_OPTIONS = 9, 8, 11, 27


@dataclass
class Tensor:
    """One tensor; ``data`` makes it a constant, ``signature`` a dynamic shape."""

    shape: Sequence[int]
    dtype: str = "float32"
    scale: float | None = None
    zero_point: int = 0
    name: str = ""
    data: np.ndarray | None = None
    signature: Sequence[int] | None = None


@dataclass
class Operator:
    """One operator over tensor positions."""

    code: int
    inputs: Sequence[int]
    outputs: Sequence[int]
    version: int = 1
    custom: str = ""
    options_type: int = 0
    options: dict[int, tuple[str, Any]] = field(default_factory=dict)


class _Writer:
    """Write flatbuffer objects front to back, patching each reference later."""

    def __init__(self) -> None:
        self.data = bytearray(8)
        self.data[4:8] = b"TFL3"

    def align(self, size: int, *, ahead: int = 0) -> None:
        while (len(self.data) + ahead) % size:
            self.data.append(0)

    def point(self, where: int) -> None:
        struct.pack_into("<I", self.data, where, len(self.data) - where)

    def table(self, fields: dict[int, tuple[str, Any]], where: int) -> None:
        count = max(fields, default=-1) + 1
        self.align(4)
        if (4 + 2 * count) % 4:
            self.data += b"\0\0"
        start = len(self.data)
        self.data += struct.pack("<HH", 4 + 2 * count, 0) + bytes(2 * count)
        self.point(where)
        table = len(self.data)
        self.data += struct.pack("<i", table - start)
        later = []
        order = sorted(fields, key=lambda key: -_SIZES.get(fields[key][0], 4))
        for key in order:
            kind, value = fields[key]
            struct.pack_into(
                "<H", self.data, start + 4 + 2 * key, len(self.data) - table
            )
            if kind in _SIZES:
                self.data += struct.pack("<" + _CODES[kind], value)
            else:
                self.align(4)
                struct.pack_into(
                    "<H", self.data, start + 4 + 2 * key, len(self.data) - table
                )
                later.append((len(self.data), kind, value))
                self.data += bytes(4)
        self.align(4)
        struct.pack_into("<H", self.data, start + 2, len(self.data) - table)
        for position, kind, value in later:
            self.value(kind, value, position)

    def value(self, kind: str, value: Any, where: int) -> None:
        if kind == "table":
            self.table(value, where)
        elif kind == "string":
            raw = value.encode()
            self.align(4)
            self.point(where)
            self.data += struct.pack("<I", len(raw)) + raw + b"\0"
        elif kind == "tables":
            self.align(4)
            self.point(where)
            self.data += struct.pack("<I", len(value))
            first = len(self.data)
            self.data += bytes(4 * len(value))
            for i, item in enumerate(value):
                self.table(item, first + 4 * i)
        else:
            array = np.ascontiguousarray(value)
            self.align(4)
            self.align(16, ahead=4)
            self.point(where)
            self.data += struct.pack("<I", array.size) + array.tobytes()


_CODES = {"bool": "?", "i8": "b", "u8": "B", "i32": "i", "u32": "I", "f32": "f"}
_SIZES = {name: struct.calcsize(code) for name, code in _CODES.items()}


def build(
    tensors: Sequence[Tensor],
    operators: Sequence[Operator],
    inputs: Sequence[int],
    outputs: Sequence[int],
) -> bytes:
    """Return the bytes of a model with these tensors and operators."""
    buffers: list[dict[int, tuple[str, Any]]] = [{}]
    tables = []
    for tensor in tensors:
        table: dict[int, tuple[str, Any]] = {
            0: ("vector", np.asarray(tensor.shape, np.int32)),
            1: ("i8", TYPES[tensor.dtype]),
            3: ("string", tensor.name),
        }
        if tensor.data is not None:
            table[2] = ("u32", len(buffers))
            raw = np.ascontiguousarray(tensor.data).view(np.uint8).reshape(-1)
            buffers.append({0: ("vector", raw)})
        if tensor.scale is not None:
            table[4] = (
                "table",
                {
                    2: ("vector", np.asarray([tensor.scale], np.float32)),
                    3: ("vector", np.asarray([tensor.zero_point], np.int64)),
                },
            )
        if tensor.signature is not None:
            table[7] = ("vector", np.asarray(tensor.signature, np.int32))
        tables.append(table)
    codes, nodes = [], []
    for i, operator in enumerate(operators):
        code: dict[int, tuple[str, Any]] = {
            0: ("i8", min(operator.code, 127)),
            2: ("i32", operator.version),
            3: ("i32", operator.code),
        }
        if operator.custom:
            code[1] = ("string", operator.custom)
        codes.append(code)
        node: dict[int, tuple[str, Any]] = {
            0: ("u32", i),
            1: ("vector", np.asarray(operator.inputs, np.int32)),
            2: ("vector", np.asarray(operator.outputs, np.int32)),
        }
        if operator.options_type:
            node[3] = ("u8", operator.options_type)
            node[4] = ("table", operator.options)
        nodes.append(node)
    graph = {
        0: ("tables", tables),
        1: ("vector", np.asarray(inputs, np.int32)),
        2: ("vector", np.asarray(outputs, np.int32)),
        3: ("tables", nodes),
        4: ("string", "main"),
    }
    writer = _Writer()
    model = {
        0: ("u32", 3),
        1: ("tables", codes),
        2: ("tables", [graph]),
        3: ("string", "tiny"),
        4: ("tables", buffers),
    }
    writer.table(model, 0)
    return bytes(writer.data)


def quantizer(dtype: str, scale: float, zero_point: int, size: int = 256) -> bytes:
    """Return a model of one QUANTIZE operator: float32 [1, size] to ``dtype``."""
    return build(
        [
            Tensor((1, size), name="real"),
            Tensor((1, size), dtype, scale, zero_point, name="quantized"),
        ],
        [Operator(QUANTIZE, [0], [1], version=1 if dtype == "uint8" else 2)],
        [0],
        [1],
    )
