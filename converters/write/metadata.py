"""Write card, TFLite Metadata and signature into any ``.tflite``; take them out again.

Every reference in a flatbuffer points forward, so new objects go *before* the old ones:
a prefix holds a new root that points at the old parts, the old file follows byte for
byte, and a ZIP with the card and the labels comes last. The graph stays as it is, the
undo is exact, and a file of any size is written in pieces.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

from ...card import FILE_NAME, ModelCard
from ...errors import ModelCardError, ModelError
from ...files import write_pieces
from ...runtime.tflite import ModelFile, Signature, schema
from .archive import kept_members, zip_at
from .flatbuffer_writer import write
from .new_root import new_root
from .original_file import (
    ALIGN,
    CONVERTED,
    HEADER,
    HEADER_AT,
    MARKER,
    moved,
    original_of,
)
from .tflite_metadata import LABEL_FILE, build_payload


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
        converted: Whether ``convert`` makes the model now: :func:`detach` leaves this
            card in it.

    Raises:
        ModelError: The model is damaged, or of a schema that cannot be extended.
        ModelCardError: The card does not fit the model.
    """
    marker = CONVERTED if converted else MARKER
    return b"".join(_attached(_opened(model), card, signature, marker))


def attach_file(
    source: str | Path | ModelFile,
    out: str | Path,
    card: ModelCard,
    *,
    signature: Signature | None = None,
) -> None:
    """Write a model with a card to a file, in pieces; ``out`` may be the source.

    Args:
        source: The model's file, or what was read of it.
        out: The new file; replaced as a whole, or not at all.
        card: What the model says about itself.
        signature: As for :func:`attach`.

    Raises:
        ModelError: As for :func:`attach`, or the file cannot be written.
    """
    _write(Path(out), _attached(_opened(source), card, signature, MARKER))


def detach(model: bytes | str | Path) -> bytes:
    """Return the model as it was before the first :func:`attach`, byte for byte.

    A model that has nothing attached, or only what ``convert`` wrote, is returned as
    it is.

    Raises:
        ModelError: The restored bytes are not those of the original.
    """
    return b"".join(_detached(_opened(model)))


def detach_file(source: str | Path | ModelFile, out: str | Path) -> None:
    """Write the model as it was before :func:`attach_file`, in pieces.

    Raises:
        ModelError: As for :func:`detach`, or the file cannot be written.
    """
    _write(Path(out), _detached(_opened(source)))


def _opened(model: bytes | str | Path | ModelFile) -> ModelFile:
    if isinstance(model, ModelFile):
        return model
    if isinstance(model, bytes):
        return ModelFile.from_bytes(model)
    return ModelFile.open(model)


def _attached(
    model: ModelFile, card: ModelCard, signature: Signature | None, marker: bytes
) -> Iterator[bytes]:
    """Yield the pieces of the new file."""
    original = original_of(model)
    old = original.model
    _check_fits(old, card)
    # First: it refuses what no file can hold, such as half of a character.
    card_text = card.to_json().encode("utf-8")
    payload = build_payload(old, card)
    members = kept_members(old)
    if payload.labels:
        members[LABEL_FILE] = payload.labels
    members[FILE_NAME] = card_text
    header = HEADER.pack(marker, 0, old.size, original.sha256)
    root = new_root(old, payload.data, signature)
    prefix = bytearray(write(root, schema.IDENTIFIER, header=header, align=ALIGN))
    struct.pack_into("<Q", prefix, HEADER_AT + len(marker), len(prefix))
    yield bytes(prefix)
    yield from moved(old, len(prefix) - original.shift)
    yield zip_at(members, len(prefix) + old.size)


def _detached(model: ModelFile) -> Iterator[bytes]:
    original = original_of(model)
    digest = hashlib.sha256()
    for piece in moved(original.model, -original.shift):
        digest.update(piece)
        yield piece
    if original.shift and digest.digest() != original.sha256:
        raise ModelError(
            f"{model.path} was changed after its card was written, so the original "
            "file cannot be restored. Convert the model again."
        )


def _check_fits(model: ModelFile, card: ModelCard) -> None:
    if model.root.slot_count > schema.ModelSlots.COUNT:
        raise ModelError(
            f"{model.path} has {model.root.slot_count} parts; this edgevision knows "
            f"{schema.ModelSlots.COUNT}, and a card could break the file. Upgrade "
            "edgevision."
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
