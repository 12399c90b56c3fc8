"""Check a ``.tflite`` before any interpreter sees it: bounds first, then sense.

An older runtime does not verify files and crashes on damaged ones; no runtime verifies
that indices and sizes fit each other. What passes here may still be wrong in ways that
only running it shows (``gate.py`` does that in a child process), or differ from the
original in its weights alone (only a hash shows that).
"""

from __future__ import annotations

import math
from typing import Final

from . import schema
from .flatbuffer import Table
from .model_file import Graph, ModelFile, Operator, Tensor

_MAX_RANK: Final = 16
# Tensors that are computed, in bytes; a camera's board has less.
_MAX_ACTIVATIONS: Final = 8 * 2**30
_ZERO_POINTS: Final = {
    "UINT8": (0, 255),
    "INT8": (-128, 127),
    "INT16": (0, 0),
    "INT32": (0, 0),
}

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


def check_model(model: ModelFile) -> None:
    """Check that every reference lies inside the file and that the parts fit together.

    The work is bounded on any input.

    Raises:
        ModelError: Something is outside, or does not fit; the sentence says what.
    """
    root = model.root
    _check_root(root)
    buffers = _check_buffers(model)
    codes = root.tables(schema.ModelSlots.OPERATOR_CODES)
    for code in codes:
        code.text(schema.OperatorCodeSlots.CUSTOM_CODE)
    for index, table in enumerate(root.tables(schema.ModelSlots.SUBGRAPHS)):
        graph = model.graph(index)
        _check_graph(graph, table, buffers)
    for table in root.tables(schema.ModelSlots.METADATA):
        table.text(schema.MetadataSlots.NAME)
        if table.u32(schema.MetadataSlots.BUFFER) >= buffers:
            raise root.reader.error("a metadata entry has no buffer")
    _check_signatures(model)


def _check_root(root: Table) -> None:
    version = root.u32(schema.ModelSlots.VERSION)
    if version != 3:
        raise root.reader.error(f"its schema version is {version} where 3 is known")
    root.text(schema.ModelSlots.DESCRIPTION)
    root.numbers(schema.ModelSlots.METADATA_BUFFER, "i")


def _check_buffers(model: ModelFile) -> int:
    """Return the number of buffers, each of which lies inside the file."""
    tables = model.root.tables(schema.ModelSlots.BUFFERS)
    for index, table in enumerate(tables):
        table.vector(schema.BufferSlots.DATA, 1)
        offset = table.u64(schema.BufferSlots.OFFSET)
        if offset > 1 and offset + table.u64(schema.BufferSlots.SIZE) > model.size:
            raise model.root.reader.error(
                f"buffer {index} lies at {offset} of {model.size} bytes"
            )
    # Without any, buffer 0 still stands for "no data".
    return max(1, len(tables))


def _check_signatures(model: ModelFile) -> None:
    counts = [
        table.count(schema.SubGraphSlots.TENSORS)
        for table in model.root.tables(schema.ModelSlots.SUBGRAPHS)
    ]
    for table in model.root.tables(schema.ModelSlots.SIGNATURES):
        graph = table.u32(schema.SignatureSlots.SUBGRAPH)
        key = table.text(schema.SignatureSlots.KEY)
        if graph >= len(counts):
            raise table.reader.error(f"signature {key!r} is of graph {graph}")
        for slot in (schema.SignatureSlots.INPUTS, schema.SignatureSlots.OUTPUTS):
            for entry in table.tables(slot):
                name = entry.text(schema.SignatureSlots.NAME)
                if entry.u32(schema.SignatureSlots.TENSOR) >= counts[graph]:
                    raise table.reader.error(
                        f"signature {key!r} names {name!r} without a tensor"
                    )


def _check_graph(graph: Graph, table: Table, buffers: int) -> None:
    tensors = graph.tensors
    total = 0
    for tensor, source in zip(
        tensors, table.tables(schema.SubGraphSlots.TENSORS), strict=True
    ):
        _check_tensor_table(source, tensor, buffers)
        try:
            total += _check_tensor(
                tensor, is_sparse=source.has(schema.TensorSlots.SPARSITY)
            )
        except ValueError as error:
            raise source.reader.error(
                f"tensor {tensor.index} ({tensor.name!r:.80}) {error}"
            ) from error
    if total > _MAX_ACTIVATIONS:
        raise table.reader.error(
            f"its tensors need {total / 2**30:.0f} GB, more than "
            f"{_MAX_ACTIVATIONS // 2**30} GB"
        )
    _check_flow(graph, table)
    for index, (operator, source) in enumerate(
        zip(graph.operators, table.tables(schema.SubGraphSlots.OPERATORS), strict=True)
    ):
        try:
            _check_operator(operator, source)
        except ValueError as error:
            raise table.reader.error(
                f"operation {index} ({operator.name}) {error}"
            ) from error


def _check_tensor_table(table: Table, tensor: Tensor, buffers: int) -> None:
    if tensor.buffer >= buffers:
        raise table.reader.error(
            f"tensor {tensor.index} has buffer {tensor.buffer} of {buffers}"
        )
    quantization = table.table(schema.TensorSlots.QUANTIZATION)
    if quantization is not None:
        quantization.vector(schema.QuantizationSlots.MIN, 4)
        quantization.vector(schema.QuantizationSlots.MAX, 4)
        quantization.table(schema.QuantizationSlots.DETAILS)
    sparsity = table.table(schema.TensorSlots.SPARSITY)
    if sparsity is not None:
        sparsity.vector(0, 4)
        sparsity.vector(1, 4)
        for dimension in sparsity.tables(2):
            dimension.table(3)
            dimension.table(5)
    table.tables(schema.TensorSlots.VARIANT_TENSORS)


def _check_tensor(tensor: Tensor, *, is_sparse: bool) -> int:
    """Return the bytes that a computed tensor needs; 0 for a constant one."""
    shape = tensor.shape
    if len(shape) > _MAX_RANK:
        raise ValueError(f"has {len(shape)} dimensions, more than {_MAX_RANK}")
    if shape and min(shape) < 0:
        raise ValueError(f"has the shape {shape}")
    if tensor.shape_signature and len(tensor.shape_signature) != len(shape):
        raise ValueError(f"has {len(shape)} and {len(tensor.shape_signature)} sizes")
    _check_quantization(tensor)
    bits = schema.ELEMENT_BITS.get(tensor.type_name)
    if bits is None:
        if tensor.type_name.startswith("TYPE_"):
            raise ValueError(f"has the unknown type {tensor.type_name[5:]}")
        return 0
    size = (math.prod(shape) * bits + 7) // 8
    if size >= 2**40:
        raise ValueError(f"claims {size} bytes")
    if not tensor.is_constant:
        return size
    if size != tensor.data_size and not is_sparse:
        raise ValueError(f"holds {tensor.data_size} bytes, {size} were expected")
    return 0


def _check_quantization(tensor: Tensor) -> None:
    scales, zero_points = tensor.scales, tensor.zero_points
    if scales and not (min(scales) >= 0 and math.isfinite(sum(scales))):
        raise ValueError(f"has the scale {min(scales)}")
    if len(scales) > 1:
        if not 0 <= tensor.axis < len(tensor.shape):
            raise ValueError(f"is quantized along its dimension {tensor.axis}")
        if len(scales) != tensor.shape[tensor.axis]:
            raise ValueError(
                f"has {len(scales)} scales for {tensor.shape[tensor.axis]} slices"
            )
    if len(zero_points) not in (0, 1, len(scales)):
        raise ValueError(f"has {len(zero_points)} zero points, {len(scales)} scales")
    limits = _ZERO_POINTS.get(tensor.type_name)
    if limits and scales and zero_points:
        low, high = min(zero_points), max(zero_points)
        if low < limits[0] or high > limits[1]:
            wrong = low if low < limits[0] else high
            raise ValueError(
                f"has the zero point {wrong}, outside {limits[0]}..{limits[1]}"
            )


def _check_flow(graph: Graph, table: Table) -> None:
    """Check that every value is made before it is used, and made once."""
    tensors = graph.tensors
    count = len(tensors)
    error = table.reader.error
    for words, indices in (
        ("input", graph.input_indices),
        ("output", graph.output_indices),
    ):
        for index in indices:
            if not 0 <= index < count:
                raise error(f"its {words} is tensor {index} of {count}")
    known = bytearray(count)
    for tensor in tensors:
        # Types without a fixed size (resources, texts) and empty tensors have no data.
        if (
            tensor.is_constant
            or tensor.is_variable
            or tensor.size == 0
            or tensor.type_name in ("RESOURCE", "VARIANT", "STRING")
        ):
            known[tensor.index] = 1
    for index in graph.input_indices:
        known[index] = 1
    for position, operator in enumerate(graph.operators):
        for index in operator.inputs:
            if not -1 <= index < count:
                raise error(f"operation {position} reads tensor {index} of {count}")
            if index >= 0 and not known[index]:
                raise error(
                    f"operation {position} ({operator.name}) reads tensor {index}, "
                    "which nothing has made yet"
                )
        for index in operator.outputs:
            if not 0 <= index < count:
                raise error(f"operation {position} writes tensor {index} of {count}")
            if tensors[index].is_constant:
                raise error(f"operation {position} writes the constant {index}")
            known[index] = 1
    for index in graph.output_indices:
        if not known[index]:
            raise error(f"its output {index} is made by no operation")


def _check_operator(operator: Operator, table: Table) -> None:
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
    given = operator.inputs[:needed]
    if len(given) < needed or -1 in given:
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
