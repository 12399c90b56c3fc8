"""Write card, TFLite Metadata and signature into any ``.tflite``; take them out again.

Every reference in a flatbuffer points forward, so new objects go *before* the old ones:
a prefix holds a new root that points at the old parts, the old file follows byte for
byte, and a ZIP with the card and the labels comes last. The graph is never touched, the
undo is exact, and a file of any size is written in pieces.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...card import FILE_NAME, ModelCard
from ...errors import ModelCardError, ModelError
from ...files import write_pieces
from ...runtime.tflite import ENTRY, ModelFile, Signature, schema
from ...runtime.tflite import Table as OldTable
from .archive import kept_members, zip_at
from .flatbuffer_writer import Blob, Items, Node, Old, Scalar, TableToWrite, Text, write
from .tflite_metadata import LABEL_FILE, build_payload

MARKER: Final = b"EVCARD01"
# What ``convert`` writes is part of the model: a later card lies on top of it.
CONVERTED: Final = b"EVMETA01"
# Marker, length of the prefix, length and SHA-256 of the original file.
_HEADER: Final = struct.Struct("<8sQQ32s")
_HEADER_AT: Final = 8
# Data keep the alignment that they had in the old file.
_ALIGN: Final = 64
_CHUNK: Final = 2**20


def attach(
    model: bytes | str | Path,
    card: ModelCard,
    *,
    signature: Signature | None = None,
    converted: bool = False,
) -> bytes:
    """Return a model with a card and TFLite Metadata, replacing attached ones.

    Args:
        model: The model's bytes, or the path of its file.
        card: What the model says about itself.
        signature: Names for the model's inputs and outputs, by tensor index; replaces
            one of the same key.
        converted: The model was made just now: :func:`detach` leaves this card in it.

    Raises:
        ModelError: The model is damaged, or of a schema that cannot be extended.
        ModelCardError: The card does not fit the model.
    """
    marker = CONVERTED if converted else MARKER
    return b"".join(_attached(_opened(model), card, signature, marker))


def attach_file(
    source: str | Path,
    out: str | Path,
    card: ModelCard,
    *,
    signature: Signature | None = None,
) -> None:
    """Write a model with a card to a file, in pieces; ``out`` may be the source.

    Args:
        source: The model's file.
        out: The new file; replaced as a whole, or not at all.
        card: What the model says about itself.
        signature: As for :func:`attach`.

    Raises:
        ModelError: As for :func:`attach`, or the file cannot be written.
    """
    _write(Path(out), _attached(ModelFile.open(source), card, signature, MARKER))


def detach(model: bytes | str | Path) -> bytes:
    """Return the model as it was before the first :func:`attach`, byte for byte.

    A model that has nothing attached, or only what ``convert`` wrote, is returned as
    it is.

    Raises:
        ModelError: What is left is not what was there before.
    """
    return b"".join(_detached(_opened(model)))


def detach_file(source: str | Path, out: str | Path) -> None:
    """Write the model as it was before :func:`attach_file`, in pieces.

    Raises:
        ModelError: As for :func:`detach`, or the file cannot be written.
    """
    _write(Path(out), _detached(ModelFile.open(source)))


def is_attached(model: ModelFile) -> bool:
    """Tell whether :func:`attach` made this file, and not ``convert``."""
    return bytes(model.data[_HEADER_AT : _HEADER_AT + len(MARKER)]) == MARKER


@dataclass(frozen=True)
class _Original:
    """Hold the file as it was before anything was attached.

    Attributes:
        model: The old file, read in place.
        shift: How far its absolute positions were moved; 0 when it is untouched.
        sha256: Of its bytes.
    """

    model: ModelFile
    shift: int
    sha256: bytes


def _opened(model: bytes | str | Path) -> ModelFile:
    if isinstance(model, bytes):
        return ModelFile.from_bytes(model)
    return ModelFile.open(model)


def _original(model: ModelFile) -> _Original:
    if not is_attached(model):
        return _Original(model, 0, bytes.fromhex(model.sha256))
    if model.size < _HEADER_AT + _HEADER.size:
        raise model.root.reader.error("its head is cut off")
    _, shift, size, digest = _HEADER.unpack_from(model.data, _HEADER_AT)
    if shift % _ALIGN or shift + size > model.size or size < 8:
        raise model.root.reader.error(
            f"it claims an original of {size} bytes at {shift} of {model.size}"
        )
    view = memoryview(model.data)[shift : shift + size]
    return _Original(ModelFile(view, model.path), shift, digest)


def _attached(
    model: ModelFile, card: ModelCard, signature: Signature | None, marker: bytes
) -> Iterator[bytes]:
    """Yield the pieces of the new file."""
    original = _original(model)
    old = original.model
    _check_fits(old, card)
    payload = build_payload(old, card)
    members = kept_members(old)
    if payload.labels:
        members[LABEL_FILE] = payload.labels
    members[FILE_NAME] = card.to_json().encode("utf-8")
    header = _HEADER.pack(marker, 0, old.size, original.sha256)
    root = _new_root(old, payload.data, signature)
    prefix = bytearray(write(root, schema.IDENTIFIER, header=header, align=_ALIGN))
    struct.pack_into("<Q", prefix, _HEADER_AT + len(marker), len(prefix))
    yield bytes(prefix)
    yield from _moved(old, len(prefix) - original.shift)
    yield zip_at(members, len(prefix) + old.size)


def _detached(model: ModelFile) -> Iterator[bytes]:
    original = _original(model)
    digest = hashlib.sha256()
    for piece in _moved(original.model, -original.shift):
        digest.update(piece)
        yield piece
    if original.shift and digest.digest() != original.sha256:
        raise ModelError(
            f"{model.path} was changed after its card was written: without the card it "
            "is not the model that it was. Convert it again."
        )


def _check_fits(model: ModelFile, card: ModelCard) -> None:
    if model.root.slot_count > schema.ModelSlots.COUNT:
        raise ModelError(
            f"{model.path} has {model.root.slot_count} parts where the known schema "
            f"has {schema.ModelSlots.COUNT}; adding to it could break it. "
            "Upgrade edgevision."
        )
    labels = card.output.labels
    is_classifier = card.output.decoder == "classifier" and len(model.outputs) == 1
    if is_classifier and labels:
        classes = model.outputs[0].shape[-1] if model.outputs[0].shape else 0
        # One value is the score of the second of two classes.
        classes = 2 if classes == 1 else classes
        if classes != len(labels):
            raise ModelCardError(
                f"{model.path} has {classes} classes, but the card has {len(labels)} "
                "labels. Pass one label per class."
            )


def _new_root(
    model: ModelFile, payload: bytes, signature: Signature | None
) -> TableToWrite:
    """Return a root table that points at the old parts and adds the new ones."""
    root = model.root
    slots: dict[int, Scalar | Node] = {
        schema.ModelSlots.VERSION: Scalar("I", root.u32(schema.ModelSlots.VERSION))
    }
    for slot in (
        schema.ModelSlots.OPERATOR_CODES,
        schema.ModelSlots.SUBGRAPHS,
        schema.ModelSlots.DESCRIPTION,
        schema.ModelSlots.METADATA_BUFFER,
        schema.ModelSlots.SIGNATURES,
        schema.ModelSlots.EXTERNAL_BUFFER_GROUPS,
        schema.ModelSlots.EXTERNAL_BUFFERS,
    ):
        if root.has(slot):
            slots[slot] = Old(root.target(slot))
    # Buffer indices never change: the new one comes last.
    buffers: list[Node] = [*_old_items(root, schema.ModelSlots.BUFFERS)]
    data = TableToWrite({schema.BufferSlots.DATA: Blob(payload)})
    slots[schema.ModelSlots.BUFFERS] = Items([*buffers, data])
    entry = TableToWrite(
        {
            schema.MetadataSlots.NAME: Text(ENTRY),
            schema.MetadataSlots.BUFFER: Scalar("I", len(buffers)),
        }
    )
    kept = [
        Old(table.position)
        for table in root.tables(schema.ModelSlots.METADATA)
        if table.text(schema.MetadataSlots.NAME) != ENTRY
    ]
    slots[schema.ModelSlots.METADATA] = Items([*kept, entry])
    if signature is not None:
        others = [
            Old(table.position)
            for table in root.tables(schema.ModelSlots.SIGNATURES)
            if table.text(schema.SignatureSlots.KEY) != signature.key
        ]
        slots[schema.ModelSlots.SIGNATURES] = Items([*others, _signature(signature)])
    return TableToWrite(slots)


def _old_items(root: OldTable, slot: int) -> list[Old]:
    return [Old(table.position) for table in root.tables(slot)]


def _signature(signature: Signature) -> TableToWrite:
    inputs, outputs = (
        Items(
            [
                TableToWrite(
                    {
                        schema.SignatureSlots.NAME: Text(name),
                        schema.SignatureSlots.TENSOR: Scalar("I", index),
                    }
                )
                for name, index in names.items()
            ]
        )
        for names in (signature.inputs, signature.outputs)
    )
    return TableToWrite(
        {
            schema.SignatureSlots.INPUTS: inputs,
            schema.SignatureSlots.OUTPUTS: outputs,
            schema.SignatureSlots.KEY: Text(signature.key),
            schema.SignatureSlots.SUBGRAPH: Scalar("I", 0),
        }
    )


def _moved(model: ModelFile, shift: int) -> Iterator[bytes]:
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
    found = set()
    for table in model.root.tables(schema.ModelSlots.BUFFERS):
        # 0 and 1 mean "inside the flatbuffer".
        if table.u64(schema.BufferSlots.OFFSET) > 1:
            found.add(table.at(schema.BufferSlots.OFFSET, 8))
    for graph in model.root.tables(schema.ModelSlots.SUBGRAPHS):
        for table in graph.tables(schema.SubGraphSlots.OPERATORS):
            if table.u64(schema.OperatorSlots.LARGE_OFFSET) > 1:
                found.add(table.at(schema.OperatorSlots.LARGE_OFFSET, 8))
    return found


def _write(out: Path, pieces: Iterator[bytes]) -> None:
    # A link stays a link, and a file keeps its permissions.
    target = Path(os.path.realpath(out))
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        write_pieces(target, pieces, mode=mode)
    except OSError as error:
        raise ModelError(
            f"Cannot write {out}: {error.strerror}. Choose another output."
        ) from error
