"""What the header of a JPEG says: its size, how it is coded, where its pixels begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .segments import FRAMES, SCAN, segments

_TABLES: Final = 0xC4
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1})
# SHA-256 of the tables of ITU-T T.81, annex K.3, with their numbers, in short.
_STANDARD: Final = frozenset(
    {"9fb04cb1a8076318", "f27ce9b718f91cd4", "af48d4f608dfb682", "8cf60aa835f8474b"}
)


@dataclass(frozen=True)
class JpegHeader:
    """The header of one file.

    Attributes:
        width: Columns of pixels, before any turn that the file asks for.
        height: Rows of pixels.
        is_sequential: All pixels come in one scan; other files have several.
        pixels_at: Position of the first byte of compressed pixels.
        tables: The Huffman tables, one after the other; empty means the standard ones.
        is_plain: No segment of the file asks for a turn or a colour space of its own.
    """

    width: int
    height: int
    is_sequential: bool
    pixels_at: int
    tables: bytes
    is_plain: bool

    @property
    def has_standard_tables(self) -> bool:
        """Return whether the codes are those that nearly every camera has."""
        import hashlib

        rest = self.tables
        while len(rest) >= 17:
            # The number, how many codes of each length, and their values.
            length = 17 + sum(rest[1:17])
            if hashlib.sha256(rest[:length]).hexdigest()[:16] not in _STANDARD:
                return False
            rest = rest[length:]
        return not rest


def read_header(data: bytes) -> JpegHeader | None:
    """Return what the header says; None where it is not that of a JPEG.

    Args:
        data: The file; what follows the header is not looked at.
    """
    if data[:2] != b"\xff\xd8":
        return None
    size: tuple[int, int] | None = None
    kind_of_frame, components, tables, is_plain = 0, 0, b"", True
    for kind, body, end in segments(data):
        if kind in FRAMES and end - body >= 6:
            height = int.from_bytes(data[body + 1 : body + 3], "big")
            size = (int.from_bytes(data[body + 3 : body + 5], "big"), height)
            kind_of_frame, components = kind, data[body + 5]
        elif kind == _TABLES:
            tables += data[body:end]
        elif kind in (0xE1, 0xEE):  # Exif (a turn), Adobe (colours)
            is_plain = False
        elif kind == SCAN:
            if size is None or end == body:
                return None
            whole = kind_of_frame in _SEQUENTIAL and data[body] == components
            return JpegHeader(*size, whole, end, tables, is_plain)
    return None
