"""Elements of Matroska: an identifier, a length, and what is inside.

Source of the numbers: RFC 8794 (EBML) and RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

EBML: Final = 0x1A45DFA3
SEGMENT: Final = 0x18538067
SEEK_HEAD: Final = 0x114D9B74
SEEK: Final = 0x4DBB
SEEK_ID: Final = 0x53AB
SEEK_POSITION: Final = 0x53AC
VOID: Final = 0xEC
CRC: Final = 0xBF
INFO: Final = 0x1549A966
DURATION: Final = 0x4489
CLUSTER: Final = 0x1F43B675
TIMESTAMP: Final = 0xE7
SIMPLE_BLOCK: Final = 0xA3
BLOCK_GROUP: Final = 0xA0
BLOCK: Final = 0xA1
CUES: Final = 0x1C53BB6B
CUE_POINT: Final = 0xBB
CUE_TIME: Final = 0xB3
CUE_TRACK_POSITIONS: Final = 0xB7
CUE_TRACK: Final = 0xF7
CUE_CLUSTER_POSITION: Final = 0xF1

UNKNOWN: Final = -1
"""The length of an element that says only that it goes on."""


def identifier(value: int) -> bytes:
    """Return an identifier as it stands in a file."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def length(value: int, size: int = 8) -> bytes:
    """Return a length as ``size`` bytes."""
    return (value | 1 << 7 * size).to_bytes(size, "big")


def element(kind: int, data: bytes) -> bytes:
    """Return a whole element."""
    return identifier(kind) + length(len(data)) + data


def number(value: int) -> bytes:
    """Return a number that is not negative, as the inside of an element."""
    return value.to_bytes(8, "big")


def read_head(data: bytes | bytearray, at: int) -> tuple[int, int, int] | None:
    """Return an element's identifier, its length, and where its inside begins.

    None means that its first bytes are not there yet, or are no element.
    """
    if at >= len(data) or not data[at]:
        return None
    id_size = 9 - data[at].bit_length()
    at_length = at + id_size
    if at_length >= len(data) or not data[at_length]:
        return None
    size = 9 - data[at_length].bit_length()
    inside = at_length + size
    if inside > len(data):
        return None
    kind = int.from_bytes(data[at:at_length], "big")
    value = int.from_bytes(data[at_length:inside], "big") & (1 << 7 * size) - 1
    return kind, UNKNOWN if value == (1 << 7 * size) - 1 else value, inside


def children(data: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield identifier, begin and end of what each element in ``data`` holds."""
    at = 0
    while head := read_head(data, at):
        kind, size, inside = head
        if size == UNKNOWN or inside + size > len(data):
            return
        yield kind, inside, inside + size
        at = inside + size
