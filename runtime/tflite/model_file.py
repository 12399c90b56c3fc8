"""What a ``.tflite`` file holds, read without an interpreter: ``ModelFile.open(path)``.

Only what is asked for is read, and every damage is a ``ModelError`` with a sentence.
The file is a flatbuffer, optionally followed by a ZIP of associated files.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ... import card as model_card
from ...card import ModelCard
from ...errors import ModelCardError, ModelError
from ..process import SealedFile
from ..tensors import TensorSpec
from . import schema
from .archive import Archive
from .flatbuffer import Bytes, Reader, Table
from .graph import Graph, Operator, Signature, Tensor

if TYPE_CHECKING:
    from .metadata import Metadata

_MAX_CARD: Final = 16 * 2**20


class ModelFile:
    """A ``.tflite`` file that is read without being executed.

    Args:
        data: The file's bytes; usually a mapping of a sealed copy.
        path: Where it lies; for bytes in memory a name for errors.

    Raises:
        ModelError: The bytes are not a TensorFlow Lite model.
    """

    def __init__(self, data: Bytes, path: str | Path) -> None:
        self.path = Path(path)
        self.data = data
        self.size = len(data)
        _check_start(self.path, bytes(data[:512]), self.size)
        self.root = Reader(data, str(path)).root()
        if self.root.count(schema.ModelSlots.SUBGRAPHS) < 1:
            raise self.root.reader.error("it holds no graph")

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> ModelFile:
        """Read a file, once: whatever happens to the path later, these bytes stay.

        Raises:
            ModelError: There is no such file, it does not fit into the memory, or it is
                not a TensorFlow Lite model.
        """
        path = Path(path)
        try:
            return cls.of(SealedFile.read(path, partial(_check_start, path)))
        except IsADirectoryError as error:
            from .foreign import not_a_file

            raise ModelError(not_a_file(path)) from error
        except OSError as error:
            step = "Close other programs, or take a smaller model."
            raise ModelError(
                f"Cannot open the model {path}: {error.strerror}. "
                f"{step if error.errno == errno.ENOMEM else 'Check the path.'}"
            ) from error

    @classmethod
    def of(cls, content: SealedFile) -> ModelFile:
        """Read the bytes that somebody holds.

        Raises:
            ModelError: They are not a TensorFlow Lite model.
        """
        model = cls(content.data, content.name)
        model.content = content
        return model

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "the model in memory") -> ModelFile:
        """Read a model that is in memory."""
        return cls(data, name)

    @cached_property
    def content(self) -> SealedFile:
        """Return the file's bytes, for an interpreter here or in a child process."""
        return SealedFile.of(bytes(self.data), str(self.path))

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """Return the hex digest of all bytes."""
        if "content" in vars(self):
            return self.content.sha256
        return hashlib.sha256(self.data).hexdigest()

    # What follows the graph -------------------------------------------------

    @cached_property
    def archive(self) -> Archive:
        """Return the files behind the flatbuffer; possibly none, possibly damaged."""
        return Archive(self.data, str(self.path))

    @property
    def flatbuffer_size(self) -> int:
        """Return the bytes before the associated files."""
        return self.archive.start

    @cached_property
    def card(self) -> ModelCard | None:
        """Return the model card, None when the file has none.

        Raises:
            ModelCardError: It has one that cannot be read.
        """
        try:
            text = self.archive.read(model_card.FILE_NAME, limit=_MAX_CARD)
        except ModelError as error:
            raise ModelCardError(str(error)) from error
        if text is None:
            return None
        try:
            return ModelCard.from_json(text)
        except ModelCardError as error:
            raise ModelCardError(
                f"{self.path}: {error} Write it anew with 'edgevision card'."
            ) from error

    @cached_property
    def ultralytics(self) -> Mapping[str, Any] | None:
        """Return Ultralytics' embedded metadata, None when there is none.

        Raises:
            ModelError: There is some that cannot be read.
        """
        if not self.archive.names:
            return None
        # Imported here: a model with a card needs none of this, and start-up counts.
        from .ultralytics import read_ultralytics

        return read_ultralytics(self.archive)

    @cached_property
    def tflite_metadata(self) -> Metadata | None:
        """Return TFLite Metadata, None when there is none.

        Raises:
            ModelError: There is some that cannot be read.
        """
        payload = self.metadata_entry("TFLITE_METADATA")
        if payload is None:
            return None
        from .metadata import read_metadata

        return read_metadata(payload, f"{self.path} (its TFLite Metadata)")

    # What the graph says ----------------------------------------------------

    @property
    def schema_version(self) -> int:
        """Return the schema's version; 3 is the only one in use."""
        return self.root.u32(schema.ModelSlots.VERSION)

    @property
    def description(self) -> str:
        """Return the words that the converter left, such as "MLIR Converted."."""
        return self.root.text(schema.ModelSlots.DESCRIPTION) or ""

    @property
    def graph_count(self) -> int:
        """Return the number of graphs; the first one is the model's own."""
        return self.root.count(schema.ModelSlots.SUBGRAPHS)

    def graph(self, index: int = 0) -> Graph:
        """Return one graph."""
        if index == 0:
            return self._main
        return Graph(self.root, self.root.table_at(schema.ModelSlots.SUBGRAPHS, index))

    @cached_property
    def _main(self) -> Graph:
        return Graph(self.root, self.root.table_at(schema.ModelSlots.SUBGRAPHS, 0))

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """Return the tensors of the main graph."""
        return self._main.tensors

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Return the operations of the main graph, in the order they run."""
        return self._main.operators

    @cached_property
    def input_tensors(self) -> tuple[Tensor, ...]:
        """Return the inputs, in the model's order."""
        return tuple(map(self._main.tensor, self._main.input_indices))

    @cached_property
    def output_tensors(self) -> tuple[Tensor, ...]:
        """Return the outputs, in the model's order."""
        return tuple(map(self._main.tensor, self._main.output_indices))

    @cached_property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Return the inputs as an interpreter would list them."""
        return tuple(tensor.spec for tensor in self.input_tensors)

    @cached_property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Return the outputs as an interpreter would list them."""
        return tuple(tensor.spec for tensor in self.output_tensors)

    @cached_property
    def signatures(self) -> tuple[Signature, ...]:
        """Return the signatures of the main graph."""
        signatures = []
        for table in self.root.tables(schema.ModelSlots.SIGNATURES):
            if table.u32(schema.SignatureSlots.SUBGRAPH) == 0:
                signatures.append(
                    Signature(
                        table.text(schema.SignatureSlots.KEY) or "",
                        _names(table, schema.SignatureSlots.INPUTS),
                        _names(table, schema.SignatureSlots.OUTPUTS),
                    )
                )
        return tuple(signatures)

    @cached_property
    def metadata_names(self) -> tuple[str, ...]:
        """Return the names of the entries that tools left in the flatbuffer."""
        return tuple(name for name, _ in self._entries)

    def metadata_entry(self, name: str) -> bytes | None:
        """Return the bytes of a metadata entry, None when there is no such name.

        Raises:
            ModelError: The entry points outside the file.
        """
        for entry, index in self._entries:
            if entry == name:
                buffer = self.root.table_at(schema.ModelSlots.BUFFERS, index)
                offset = buffer.u64(schema.BufferSlots.OFFSET)
                if offset <= 1:
                    return buffer.raw(schema.BufferSlots.DATA)
                size = buffer.u64(schema.BufferSlots.SIZE)
                if offset + size > self.size:
                    raise self.root.reader.error(
                        f"metadata {name!r} lies at {offset} of {self.size} bytes"
                    )
                return bytes(self.data[offset : offset + size])
        return None

    @cached_property
    def _entries(self) -> tuple[tuple[str, int], ...]:
        return tuple(
            (
                table.text(schema.MetadataSlots.NAME) or "",
                table.u32(schema.MetadataSlots.BUFFER),
            )
            for table in self.root.tables(schema.ModelSlots.METADATA)
        )

    @property
    def min_runtime_version(self) -> str:
        """Return the oldest runtime that the converter stamped; empty for none."""
        text = self.metadata_entry("min_runtime_version") or b""
        return text.split(b"\0")[0].decode("ascii", "replace").strip()


def _check_start(path: Path, head: bytes, size: int) -> None:
    """Refuse what is no TensorFlow Lite model by its first bytes."""
    if not size:
        raise ModelError(f"{path} is empty. Copy, download or convert it again.")
    if head[4:8] != schema.IDENTIFIER:
        # Imported here: only what is refused needs it, and start-up counts.
        from .foreign import not_a_model

        raise ModelError(not_a_model(str(path), head, size))


def _names(table: Table, slot: int) -> dict[str, int]:
    return {
        entry.text(schema.SignatureSlots.NAME) or "": entry.u32(
            schema.SignatureSlots.TENSOR
        )
        for entry in table.tables(slot)
    }
