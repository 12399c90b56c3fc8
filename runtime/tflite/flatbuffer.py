"""A bounds-checked reader of flatbuffers, with ``struct`` alone.

A flatbuffer is a tree of tables that point forward to each other. Nothing in a file is
believed: each position is checked before it is read, and the work per file is bounded,
because a file may point to the same large table a million times.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, TypeAlias

from ...errors import ModelError

if TYPE_CHECKING:
    import mmap

# struct reads any of these without a copy.
Bytes: TypeAlias = "bytes | bytearray | memoryview | mmap.mmap"

_I8: Final = struct.Struct("<b")
_U8: Final = struct.Struct("<B")
_U16: Final = struct.Struct("<H")
_I32: Final = struct.Struct("<i")
_U32: Final = struct.Struct("<I")
_U64: Final = struct.Struct("<Q")
_F32: Final = struct.Struct("<f")

MAX_TABLES: Final = 200_000
"""No vision model has a tenth of this; a hostile file would like more."""


class Reader:
    """Checked access to the tables of one flatbuffer.

    Args:
        data: The bytes; only those that are asked for are touched.
        name: What errors call the file.
        what: What errors call the thing inside ("model", "TFLite Metadata").
    """

    __slots__ = ("_bytes_left", "_tables_left", "_vtables", "data", "name", "size")

    def __init__(self, data: Bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.size = len(data)
        self._tables_left = MAX_TABLES
        self._bytes_left = 4 * self.size + 65_536
        self._vtables: dict[int, tuple[int, tuple[int, ...]]] = {}

    def error(self, what: str) -> ModelError:
        """Return the error that says what is damaged."""
        return ModelError(
            f"{self.name} is damaged: {what}. Copy, download or convert it again."
        )

    def root(self) -> Table:
        """Return the root table."""
        if self.size < 8:
            raise self.error(f"it has only {self.size} bytes")
        return Table(self, _U32.unpack_from(self.data, 0)[0])

    def spend(self, size: int) -> None:
        """Count bytes that are about to be read, and refuse a file that never ends."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise self.error("its parts are referenced far more often than they exist")

    def vtable(self, position: int) -> tuple[int, tuple[int, ...]]:
        """Return a table's size and the offset of each slot, 0 for an absent one."""
        self._tables_left -= 1
        if self._tables_left < 0:
            raise self.error(f"it has more than {MAX_TABLES} tables")
        data, size = self.data, self.size
        if not 4 <= position <= size - 4:
            raise self.error(f"a table at {position} lies outside its {size} bytes")
        start = position - _I32.unpack_from(data, position)[0]
        known = self._vtables.get(start)
        if known is None:
            if not 0 <= start <= size - 4:
                raise self.error(f"a table's layout at {start} lies outside the file")
            length = _U16.unpack_from(data, start)[0]
            if length < 4 or length % 2 or start + length > size:
                raise self.error(f"a table's layout at {start} has {length} bytes")
            entries = struct.unpack_from(f"<{length // 2}H", data, start)
            known = self._vtables[start] = entries[1], entries[2:]
        if known[0] < 4 or position + known[0] > size:
            raise self.error(f"a table at {position} of {known[0]} bytes is cut off")
        return known


class Table:
    """Read the fields of one table by slot; an absent field gives its default.

    Args:
        reader: The file.
        position: Where the table starts, in bytes.
    """

    __slots__ = ("_size", "_slots", "position", "reader")

    def __init__(self, reader: Reader, position: int) -> None:
        self.reader = reader
        self.position = position
        self._size, self._slots = reader.vtable(position)

    def at(self, slot: int, width: int) -> int:
        """Return the position of a field of ``width`` bytes, 0 when it is absent."""
        slots = self._slots
        if slot >= len(slots):
            return 0
        offset = slots[slot]
        if not offset:
            return 0
        if offset < 4 or offset + width > self._size:
            raise self.reader.error(
                f"field {slot} of the table at {self.position} lies outside it"
            )
        return self.position + offset

    @property
    def slot_count(self) -> int:
        """Return how many slots the table's layout has."""
        return len(self._slots)

    def has(self, slot: int) -> bool:
        """Return whether a field is present."""
        return slot < len(self._slots) and self._slots[slot] != 0

    def i8(self, slot: int, default: int = 0) -> int:
        """Return a signed byte."""
        at = self.at(slot, 1)
        return int(_I8.unpack_from(self.reader.data, at)[0]) if at else default

    def u8(self, slot: int, default: int = 0) -> int:
        """Return an unsigned byte, which also holds bools and union types."""
        at = self.at(slot, 1)
        return int(_U8.unpack_from(self.reader.data, at)[0]) if at else default

    def i32(self, slot: int, default: int = 0) -> int:
        """Return a signed 32-bit integer."""
        at = self.at(slot, 4)
        return int(_I32.unpack_from(self.reader.data, at)[0]) if at else default

    def u32(self, slot: int, default: int = 0) -> int:
        """Return an unsigned 32-bit integer."""
        at = self.at(slot, 4)
        return int(_U32.unpack_from(self.reader.data, at)[0]) if at else default

    def u64(self, slot: int, default: int = 0) -> int:
        """Return an unsigned 64-bit integer."""
        at = self.at(slot, 8)
        return int(_U64.unpack_from(self.reader.data, at)[0]) if at else default

    def f32(self, slot: int, default: float = 0.0) -> float:
        """Return a 32-bit float."""
        at = self.at(slot, 4)
        return float(_F32.unpack_from(self.reader.data, at)[0]) if at else default

    def target(self, slot: int) -> int:
        """Return the position that an offset field points to, 0 when absent."""
        at = self.at(slot, 4)
        return self._follow(at) if at else 0

    def table(self, slot: int) -> Table | None:
        """Return a sub-table, None when absent."""
        target = self.target(slot)
        return Table(self.reader, target) if target else None

    def vector(self, slot: int, width: int) -> tuple[int, int]:
        """Return position and length of a vector of ``width``-byte elements.

        The elements are known to lie inside the file; (0, 0) when absent.
        """
        target = self.target(slot)
        if not target:
            return 0, 0
        reader = self.reader
        if target > reader.size - 4:
            raise reader.error(f"a vector at {target} lies outside the file")
        count = _U32.unpack_from(reader.data, target)[0]
        if count * width > reader.size - target - 4:
            raise reader.error(
                f"a vector at {target} claims {count} elements, more than the file has"
            )
        return target + 4, count

    def tables(self, slot: int) -> list[Table]:
        """Return every table of a vector of tables."""
        start, count = self.vector(slot, 4)
        return [self._element(start + 4 * i) for i in range(count)]

    def table_at(self, slot: int, index: int) -> Table:
        """Return one table of a vector of tables, without reading the others.

        Raises:
            ModelError: The vector is shorter.
        """
        start, count = self.vector(slot, 4)
        if not 0 <= index < count:
            raise self.reader.error(f"it refers to entry {index} of a list of {count}")
        return self._element(start + 4 * index)

    def count(self, slot: int) -> int:
        """Return the length of a vector of offsets, 0 when absent."""
        return self.vector(slot, 4)[1]

    def numbers(self, slot: int, code: str) -> tuple[int, ...]:
        """Return a vector of integers; ``code`` is struct's letter of an element."""
        start, count = self.vector(slot, struct.calcsize("<" + code))
        self.reader.spend(8 * count)
        return struct.unpack_from(f"<{count}{code}", self.reader.data, start)

    def floats(self, slot: int) -> tuple[float, ...]:
        """Return a vector of 32-bit floats."""
        start, count = self.vector(slot, 4)
        self.reader.spend(8 * count)
        return struct.unpack_from(f"<{count}f", self.reader.data, start)

    def raw(self, slot: int) -> bytes:
        """Return a copy of a vector of bytes."""
        start, count = self.vector(slot, 1)
        self.reader.spend(count)
        return bytes(self.reader.data[start : start + count])

    def text(self, slot: int) -> str | None:
        """Return a string, None when absent; bytes that are not UTF-8 become marks."""
        start, count = self.vector(slot, 1)
        if not start:
            return None
        return self._text(start, count)

    def texts(self, slot: int) -> tuple[str, ...]:
        """Return a vector of strings."""
        start, count = self.vector(slot, 4)
        texts = []
        for i in range(count):
            at = self._follow(start + 4 * i)
            if at > self.reader.size - 4:
                raise self.reader.error(f"a text at {at} lies outside the file")
            length = _U32.unpack_from(self.reader.data, at)[0]
            if length > self.reader.size - at - 4:
                raise self.reader.error(f"a text at {at} is cut off")
            texts.append(self._text(at + 4, length))
        return tuple(texts)

    def _text(self, start: int, length: int) -> str:
        reader = self.reader
        reader.spend(length)
        end = start + length
        # C readers of the same file run on to the zero byte.
        if end >= reader.size or reader.data[end] != 0:
            raise reader.error(f"a text at {start} does not end")
        return bytes(reader.data[start:end]).decode("utf-8", "replace")

    def _follow(self, at: int) -> int:
        offset: int = _U32.unpack_from(self.reader.data, at)[0]
        if not offset:
            raise self.reader.error(f"an offset at {at} is zero")
        return at + offset

    def _element(self, at: int) -> Table:
        return Table(self.reader, self._follow(at))
