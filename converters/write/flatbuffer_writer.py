"""Write flatbuffers front to back, with ``struct`` alone.

A value is a small tree of the classes below; :func:`write` lays it out. Parents come
before children, so a tree may also point at tables of an older flatbuffer that will
follow it: that is how a model gets a new root without a byte of it being touched.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True)
class Scalar:
    """A number; ``code`` is struct's letter for its type."""

    code: str
    value: float


@dataclass(frozen=True)
class Utf8Text:
    """A string."""

    text: str


@dataclass(frozen=True)
class Numbers:
    """A vector of numbers; ``code`` is struct's letter for an element."""

    code: str
    values: Sequence[float]


@dataclass(frozen=True)
class Blob:
    """A vector of bytes whose first byte is aligned."""

    data: bytes
    align: int = 16


@dataclass(frozen=True)
class Old:
    """Point at an object of the flatbuffer that follows, by its position there."""

    position: int


@dataclass(frozen=True)
class Items:
    """A vector of tables or strings."""

    items: Sequence[Node]


@dataclass(frozen=True)
class TableToWrite:
    """A table: slot -> value; slots that are not named are absent."""

    slots: Mapping[int, Scalar | Node]


Node: TypeAlias = "Utf8Text | Numbers | Blob | Old | Items | TableToWrite"

_U32: Final = struct.Struct("<I")


def write(
    root: TableToWrite, identifier: bytes, *, header: bytes = b"", align: int = 0
) -> bytes:
    """Return a flatbuffer.

    Args:
        root: The root table.
        identifier: Four bytes that name the kind of file.
        header: Bytes that follow the identifier and belong to no object.
        align: Pad the whole to a multiple of this; needed where ``Old`` is used, since
            the older flatbuffer begins right behind.
    """
    out = bytearray(_U32.size) + identifier + header
    queue: deque[tuple[int, Node]] = deque([(0, root)])
    old: list[tuple[int, int]] = []
    while queue:
        at, node = queue.popleft()
        if isinstance(node, Old):
            old.append((at, node.position))
            continue
        position = _emit(out, node, queue)
        _U32.pack_into(out, at, position - at)
    if align:
        _pad(out, align)
    for at, position in old:
        _U32.pack_into(out, at, len(out) + position - at)
    return bytes(out)


def _pad(out: bytearray, align: int, ahead: int = 0) -> None:
    """Pad so that what comes ``ahead`` bytes later is aligned."""
    out += bytes(-(len(out) + ahead) % align)


def _emit(
    out: bytearray,
    node: Utf8Text | Numbers | Blob | Items | TableToWrite,
    queue: deque[tuple[int, Node]],
) -> int:
    """Append one object, queue what it points at, and return its position."""
    if isinstance(node, TableToWrite):
        return _emit_table(out, node, queue)
    if isinstance(node, Utf8Text):
        data = node.text.encode("utf-8")
        _pad(out, 4)
        position = len(out)
        out += _U32.pack(len(data)) + data + b"\0"
    elif isinstance(node, Blob):
        _pad(out, max(4, node.align), 4)
        position = len(out)
        out += _U32.pack(len(node.data)) + node.data
    elif isinstance(node, Numbers):
        width = struct.calcsize("<" + node.code)
        _pad(out, max(4, width), 4)
        position = len(out)
        count = len(node.values)
        out += struct.pack(f"<I{count}{node.code}", count, *node.values)
    else:
        _pad(out, 4)
        position = len(out)
        out += _U32.pack(len(node.items))
        for item in node.items:
            queue.append((len(out), item))
            out += bytes(4)
    return position


def _emit_table(
    out: bytearray, node: TableToWrite, queue: deque[tuple[int, Node]]
) -> int:
    widths = {
        slot: struct.calcsize("<" + value.code) if isinstance(value, Scalar) else 4
        for slot, value in node.slots.items()
    }
    offsets: dict[int, int] = {}
    size = 4
    # Wide fields first, so that little is lost to alignment.
    for slot in sorted(widths, key=lambda slot: -widths[slot]):
        size += -size % widths[slot]
        offsets[slot] = size
        size += widths[slot]
    count = max(widths, default=-1) + 1
    layout = struct.pack(
        f"<{count + 2}H",
        4 + 2 * count,
        size,
        *(offsets.get(slot, 0) for slot in range(count)),
    )
    _pad(out, 8, len(layout))
    out += layout
    position = len(out)
    out += struct.pack("<i", len(layout)) + bytes(size - 4)
    for slot, value in node.slots.items():
        at = position + offsets[slot]
        if isinstance(value, Scalar):
            struct.pack_into("<" + value.code, out, at, value.value)
        else:
            queue.append((at, value))
    return position
