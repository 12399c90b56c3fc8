"""A stream of bytes, cut into the JPEG files that follow each other in it."""

from __future__ import annotations

from typing import Final

_LIMIT: Final = 64 << 20
_START: Final = b"\xff\xd8\xff"


class JpegSplitter:
    """Whole JPEG files, found in bytes that come in portions of any size.

    The segments are followed by their lengths, because the preview picture inside a
    header has a start and an end of its own. Bytes between two files (a multipart
    header) are skipped. When a file is damaged, the next start is searched in the rest
    of it.

    Args:
        limit: A file of more bytes is skipped, so that memory stays bounded.
    """

    def __init__(self, *, limit: int = _LIMIT) -> None:
        self._buffer = bytearray()
        self._limit = limit
        self._position = 0  # within the file that starts at 0; 0 before its start
        self._in_scan = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take some bytes and return the files that are complete with them."""
        self._buffer += data
        files: list[bytes] = []
        while True:
            if self._position == 0 and not self._find_start():
                return files
            end = self._walk()
            if end is None:
                if len(self._buffer) > self._limit:
                    self._skip()
                    continue
                return files
            if end < 0:
                self._skip()
                continue
            files.append(bytes(self._buffer[:end]))
            del self._buffer[:end]
            self._position = 0

    def _find_start(self) -> bool:
        start = self._buffer.find(_START)
        if start < 0:
            del self._buffer[: max(0, len(self._buffer) - 2)]
            return False
        del self._buffer[:start]
        self._position = 2
        self._in_scan = False
        return True

    def _skip(self) -> None:
        """Skip this start, keep the bytes behind it."""
        del self._buffer[:2]
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
            self._position += 2 + length
            self._in_scan = kind == 0xDA
