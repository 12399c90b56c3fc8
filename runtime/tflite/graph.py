"""The parts of a ``.tflite`` graph as the file states them: tensors, operations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..tensors import TensorSpec
from . import schema
from .flatbuffer import Table

_MOST_CONSTANT_BYTES: Final = 4 * 2**20
_VALUE_BYTES: Final = {
    "INT8": 1,
    "UINT8": 1,
    "BOOL": 1,
    "INT16": 2,
    "UINT16": 2,
    "FLOAT16": 2,
    "INT64": 8,
    "UINT64": 8,
    "FLOAT64": 8,
}
_WORD: Final = 4
_OBJECT: Final[np.dtype[Any]] = np.dtype(object)


@dataclass(frozen=True)
class Tensor:
    """One tensor of a graph, as the file states it.

    Attributes:
        index: Its position in the graph.
        name: Its name; may be empty.
        type_name: The element type, such as INT8.
        shape: Dimensions; a dynamic one is 1 here.
        shape_signature: Dimensions with -1 for a dynamic one; empty when all are fixed.
        scales: Quantization steps: none, one, or one per slice along ``axis``.
        zero_points: As many as ``scales``.
        axis: The dimension that ``scales`` belong to.
        buffer: Index of its buffer; 0 means none.
        data_size: Bytes of constant data; 0 for a tensor that is computed.
        is_variable: Whether it keeps its value between calls.
    """

    index: int
    name: str
    type_name: str
    shape: tuple[int, ...]
    shape_signature: tuple[int, ...]
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int
    buffer: int
    data_size: int
    is_variable: bool

    @property
    def size(self) -> int:
        """Return the number of elements, dynamic dimensions counted as 1."""
        return math.prod(self.shape)

    @property
    def value_bytes(self) -> int:
        """Return the bytes of one value in memory."""
        return _VALUE_BYTES.get(self.type_name, _WORD)

    @property
    def is_constant(self) -> bool:
        """Return whether the file holds its values."""
        return self.data_size > 0

    @property
    def spec(self) -> TensorSpec:
        """Return it as an interpreter's input or output.

        An element type that NumPy lacks has dtype ``object``.
        """
        single = len(self.scales) == 1 and len(self.zero_points) <= 1
        return TensorSpec(
            name=self.name,
            index=self.index,
            shape=self.shape,
            dtype=schema.numpy_dtype(self.type_name) or _OBJECT,
            scale=self.scales[0] if single else 0.0,
            zero_point=self.zero_points[0] if single and self.zero_points else 0,
        )


@dataclass(frozen=True)
class Operator:
    """One operation of a graph.

    Attributes:
        name: The builtin's name, or the custom operator's own.
        version: The operator's version.
        is_custom: Whether it is not one of TFLite's own.
        inputs: Tensor indices; -1 for an optional one that is absent.
        outputs: Tensor indices.
    """

    name: str
    version: int
    is_custom: bool
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """Name inputs and outputs for callers that use names.

    Attributes:
        key: The signature's name.
        inputs: Name -> tensor index.
        outputs: Name -> tensor index.
    """

    key: str
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


class Graph:
    """Read one graph of a model, tensor by tensor.

    Args:
        model: The model's root table.
        table: The graph's table.
    """

    def __init__(self, model: Table, table: Table) -> None:
        self._model = model
        self._table = table
        self.name = table.text(schema.SubGraphSlots.NAME) or ""
        self.input_indices = table.numbers(schema.SubGraphSlots.INPUTS, "i")
        self.output_indices = table.numbers(schema.SubGraphSlots.OUTPUTS, "i")

    def tensor(self, index: int) -> Tensor:
        """Return one tensor without reading the others.

        Raises:
            ModelError: The graph has no such tensor, or it is damaged.
        """
        table = self._table.table_at(schema.SubGraphSlots.TENSORS, index)
        quantization = table.table(schema.TensorSlots.QUANTIZATION)
        scales: tuple[float, ...] = ()
        zero_points: tuple[int, ...] = ()
        axis = 0
        if quantization is not None:
            scales = quantization.floats(schema.QuantizationSlots.SCALE)
            zero_points = quantization.numbers(schema.QuantizationSlots.ZERO_POINT, "q")
            axis = quantization.i32(schema.QuantizationSlots.AXIS)
        shape = table.numbers(schema.TensorSlots.SHAPE, "i")
        signature = table.numbers(schema.TensorSlots.SHAPE_SIGNATURE, "i")
        buffer = table.u32(schema.TensorSlots.BUFFER)
        return Tensor(
            index=index,
            name=table.text(schema.TensorSlots.NAME) or "",
            type_name=schema.type_name(table.i8(schema.TensorSlots.TYPE)),
            shape=shape,
            shape_signature=signature if -1 in signature else (),
            scales=scales,
            zero_points=zero_points,
            axis=axis,
            buffer=buffer,
            data_size=self._data_size(buffer) if buffer else 0,
            is_variable=table.u8(schema.TensorSlots.IS_VARIABLE) != 0,
        )

    def _data_size(self, index: int) -> int:
        buffer = self._model.table_at(schema.ModelSlots.BUFFERS, index)
        outside = buffer.u64(schema.BufferSlots.OFFSET)
        # TFLite's own convention: offsets 0 and 1 mean "inside the flatbuffer".
        if outside > 1:
            return buffer.u64(schema.BufferSlots.SIZE)
        return buffer.vector(schema.BufferSlots.DATA, 1)[1]

    def constant(self, tensor: Tensor) -> npt.NDArray[np.float64] | None:
        """Return the real values of a small constant, flat.

        Args:
            tensor: One of this graph's tensors.

        Returns:
            None for a computed tensor, for one whose steps differ along an axis, and
            for more than 4 MB.
        """
        dtype = schema.numpy_dtype(tensor.type_name)
        buffer = self._model.table_at(schema.ModelSlots.BUFFERS, tensor.buffer)
        start, count = buffer.vector(schema.BufferSlots.DATA, 1)
        if dtype is None or dtype.kind not in "iuf" or len(tensor.scales) > 1:
            return None
        if not 0 < count <= _MOST_CONSTANT_BYTES or count % dtype.itemsize:
            return None
        values = np.frombuffer(
            self._model.reader.data, dtype, count // dtype.itemsize, start
        ).astype(np.float64)
        if tensor.scales:
            values -= tensor.zero_points[0] if tensor.zero_points else 0
            values *= tensor.scales[0]
        return values if np.isfinite(values).all() else None

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """Return every tensor, in the file's order."""
        return tuple(
            self.tensor(i)
            for i in range(self._table.count(schema.SubGraphSlots.TENSORS))
        )

    @cached_property
    def operators(self) -> tuple[Operator, ...]:
        """Return every operation, in the order they run."""
        codes = [_code(t) for t in self._model.tables(schema.ModelSlots.OPERATOR_CODES)]
        operators: list[Operator] = []
        for table in self._table.tables(schema.SubGraphSlots.OPERATORS):
            index = table.u32(schema.OperatorSlots.CODE_INDEX)
            if index >= len(codes):
                raise table.reader.error(
                    f"operator {len(operators)} has kind {index} of {len(codes)}"
                )
            name, version, is_custom = codes[index]
            operators.append(
                Operator(
                    name,
                    version,
                    is_custom,
                    table.numbers(schema.OperatorSlots.INPUTS, "i"),
                    table.numbers(schema.OperatorSlots.OUTPUTS, "i"),
                )
            )
        return tuple(operators)

    @cached_property
    def makers(self) -> Mapping[int, Operator]:
        """Return the operation that computes each tensor, by the tensor's index."""
        return {index: one for one in self.operators for index in one.outputs}


def _code(table: Table) -> tuple[str, int, bool]:
    # Codes above 127 live in the newer field, all others in both or the older one.
    code = max(
        table.i8(schema.OperatorCodeSlots.OLD_CODE),
        table.i32(schema.OperatorCodeSlots.CODE),
    )
    version = table.i32(schema.OperatorCodeSlots.VERSION, 1)
    if code == schema.CUSTOM:
        return table.text(schema.OperatorCodeSlots.CUSTOM_CODE) or "", version, True
    return schema.operator_name(code), version, False
