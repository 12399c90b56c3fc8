"""A stream of bytes, cut into the JPEG files that follow each other in it."""

from __future__ import annotations

from typing import Final

_LIMIT: Final = 64 << 20
_START: Final = b"\xff\xd8\xff"
_NOTES: Final = frozenset({*range(0xE0, 0xF0), 0xFE})  # APP0..APP15, COM


class JpegSplitter:
    """Whole JPEG files, found in bytes that come in portions of any size.

    The segments are followed by their lengths, because the preview picture inside a
    header has a start and an end of its own. Bytes between two files (a multipart
    header) are skipped. A file that breaks off is left out and counted, and the search
    for the next one goes on where it broke. That may lie in the next file, because the
    length of a table was cut off: then the search goes on at that table. No byte is
    looked at more than twice on average, so the time is linear in the bytes.

    Args:
        limit: A file of more bytes is skipped, so that memory stays bounded.

    Attributes:
        damaged: Files that broke off, and files above the limit.
    """

    def __init__(self, *, limit: int = _LIMIT) -> None:
        self.damaged = 0
        self._buffer = bytearray()
        self._limit = limit
        self._position = 0  # within the file that starts at 0; 0 before its start
        self._segment = 0  # the last one before the pixels; 0 means none
        self._is_begun = False
        self._in_scan = False
        self._again = 0  # bytes that may be looked at once more

    def feed(self, data: bytes) -> list[bytes]:
        """Take some bytes and return the files that are complete with them."""
        self._buffer += data
        self._again = min(self._again + len(data), self._limit)
        files: list[bytes] = []
        while True:
            if self._position == 0 and not self._find_start():
                return files
            end = self._walk()
            if end is None:
                if len(self._buffer) <= self._limit:
                    return files
                self._skip(len(self._buffer) - 2)
            elif end < 0:
                self._skip(self._place_to_go_on())
            else:
                files.append(bytes(self._buffer[:end]))
                del self._buffer[:end]
                self._position = 0

    @property
    def is_inside(self) -> bool:
        """Return whether a file has begun and not ended."""
        return self._is_begun and self._position > 0

    def _find_start(self) -> bool:
        start = self._buffer.find(_START)
        if start < 0:
            del self._buffer[: max(0, len(self._buffer) - 2)]
            return False
        del self._buffer[:start]
        self._position, self._segment = 2, 0
        self._is_begun = self._in_scan = False
        return True

    def _place_to_go_on(self) -> int:
        """Return where the next start is searched in a file that broke off."""
        # Not in a note of the header: a preview in it would pass for the picture.
        cost = self._position - self._segment
        is_note = self._buffer[self._segment + 1] in _NOTES
        if not self._segment or is_note or cost > self._again:
            return self._position
        self._again -= cost
        return self._segment + 2

    def _skip(self, count: int) -> None:
        """Leave the file out, with so many of its bytes."""
        self.damaged += self._is_begun
        del self._buffer[: max(2, count)]
        self._position = 0

    def _walk(self) -> int | None:
        """Return where the file ends; None means not yet, -1 means no JPEG."""
        data = self._buffer
        while True:
            if self._in_scan:
                mark = data.find(b"\xff", self._position)
                if mark < 0 or mark + 1 >= len(data):
                    self._position = len(data) if mark < 0 else mark
                    return None
                kind = data[mark + 1]
                if kind == 0 or 0xD0 <= kind <= 0xD7:  # a stuffed FF, or a restart
                    self._position = mark + 2
                    continue
                self._position = mark + 1 if kind == 0xFF else mark
                self._in_scan = kind == 0xFF
                continue
            if self._position + 2 > len(data):
                return None
            if data[self._position] != 0xFF:
                return -1
            kind = data[self._position + 1]
            if kind == 0xD9:
                return self._position + 2
            if kind == 0xFF:  # fill byte
                self._position += 1
                continue
            if self._position + 4 > len(data):
                return None
            length = int.from_bytes(
                data[self._position + 2 : self._position + 4], "big"
            )
            if length < 2 or kind in (0x00, 0xD8):
                return -1
            if self._position + 2 + length > len(data):
                return None
            self._is_begun = True
            # Pixels that were found where a length said so prove that it was right.
            self._segment = 0 if kind == 0xDA else self._position
            self._position += 2 + length
            self._in_scan = kind == 0xDA
