"""Check a ``.tflite`` before any interpreter sees it: bounds first, then sense.

An older runtime does not verify files and crashes on damaged ones; no runtime verifies
that indices and sizes fit each other. What passes here may still be wrong in ways that
only running it shows (``opening/gate`` does that in a child process), or differ
from the original in its weights alone (only a hash shows that).
"""

from __future__ import annotations

import math
from typing import Final

from . import schema
from .flatbuffer import Table
from .foreign import HARDWARE
from .graph import Graph, Tensor
from .model_file import ModelFile
from .operator_rules import check_operator

_MAX_RANK: Final = 16
# Tensors that are computed, in bytes; a camera's board has less.
_MAX_ACTIVATIONS: Final = 8 * 2**30
_ZERO_POINTS: Final = {
    "UINT8": (0, 255),
    "INT8": (-128, 127),
    "INT16": (0, 0),
    "INT32": (0, 0),
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
            check_operator(operator, source)
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
            # A compiler for other hardware lists that hardware's scratch memory too.
            if index >= 0 and not known[index] and operator.name not in HARDWARE:
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
