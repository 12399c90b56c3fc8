"""The file as it was before anything was attached, and how its bytes move."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...runtime.tflite import ModelFile, schema

MARKER: Final = b"EVCARD01"
# What ``convert`` writes is part of the model: a later card lies on top of it.
CONVERTED: Final = b"EVMETA01"
# Marker, length of the prefix, length and SHA-256 of the original file.
HEADER: Final = struct.Struct("<8sQQ32s")
HEADER_AT: Final = 8
# Data keep the alignment that they had in the old file.
ALIGN: Final = 64
_CHUNK: Final = 2**20


def is_attached(model: ModelFile) -> bool:
    """Return whether :func:`attach` made this file, and not ``convert``."""
    return bytes(model.data[HEADER_AT : HEADER_AT + len(MARKER)]) == MARKER


@dataclass(frozen=True)
class OriginalFile:
    """The file as it was before anything was attached.

    Attributes:
        model: The old file, read in place.
        shift: How far its absolute positions were moved; 0 when it is untouched.
        sha256: Of its bytes.
    """

    model: ModelFile
    shift: int
    sha256: bytes


def original_of(model: ModelFile) -> OriginalFile:
    """Return the file as it was before anything was attached.

    Raises:
        ModelError: The head that was attached is damaged.
    """
    if not is_attached(model):
        return OriginalFile(model, 0, bytes.fromhex(model.sha256))
    if model.size < HEADER_AT + HEADER.size:
        raise model.root.reader.error("its head is cut off")
    _, shift, size, digest = HEADER.unpack_from(model.data, HEADER_AT)
    if shift % ALIGN or shift + size > model.size or size < 8:
        raise model.root.reader.error(
            f"it claims an original of {size} bytes at {shift} of {model.size}"
        )
    view = memoryview(model.data)[shift : shift + size]
    return OriginalFile(ModelFile(view, model.path), shift, digest)


def moved(model: ModelFile, shift: int) -> Iterator[bytes]:
    """Yield the old file with its absolute positions moved by ``shift`` bytes.

    Only models whose weights lie outside the flatbuffer have any.
    """
    changes = _absolute_positions(model) if shift else []
    at = 0
    for position in [*sorted(changes), model.size]:
        for start in range(at, position, _CHUNK):
            yield bytes(model.data[start : min(start + _CHUNK, position)])
        if position < model.size:
            value = struct.unpack_from("<Q", model.data, position)[0]
            yield struct.pack("<Q", value + shift)
        at = position + 8


def _absolute_positions(model: ModelFile) -> set[int]:
    """Return where the file holds positions that count from its beginning."""
    positions = set()
    for table in model.root.tables(schema.ModelSlots.BUFFERS):
        # 0 and 1 mean "inside the flatbuffer".
        if table.u64(schema.BufferSlots.OFFSET) > 1:
            positions.add(table.at(schema.BufferSlots.OFFSET, 8))
    for graph in model.root.tables(schema.ModelSlots.SUBGRAPHS):
        for table in graph.tables(schema.SubGraphSlots.OPERATORS):
            if table.u64(schema.OperatorSlots.LARGE_OFFSET) > 1:
                positions.add(table.at(schema.OperatorSlots.LARGE_OFFSET, 8))
    return positions
