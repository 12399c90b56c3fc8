"""The ZIP behind a flatbuffer: labels, cards and what other tools left there.

A cut or hostile tail never stops a model from being read: it is a list of no files and
a sentence that says why.
"""

from __future__ import annotations

import io
import struct
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ...errors import ModelError, shown
from .flatbuffer import Bytes

if TYPE_CHECKING:
    import zipfile

_END: Final = b"PK\x05\x06"
# The end record and the longest comment that may follow it.
_TAIL: Final = 22 + 65_535
_MAX_DIRECTORY: Final = 4 * 2**20


class Archive:
    """Read the files that follow a flatbuffer.

    Args:
        data: All bytes of the file.
        name: What errors call the file.
    """

    def __init__(self, data: Bytes, name: str) -> None:
        self._data = data
        self._name = name
        self._size = len(data)

    @property
    def start(self) -> int:
        """Return where the archive begins; the file's size when there is none."""
        return self._opened[1]

    @property
    def problem(self) -> str:
        """Return why the archive cannot be read; empty when it can, or is absent."""
        return self._opened[2]

    @property
    def members(self) -> tuple[zipfile.ZipInfo, ...]:
        """Return the entries in the archive's order, the last of each name only."""
        archive = self._opened[0]
        if archive is None:
            return ()
        return tuple({info.filename: info for info in archive.infolist()}.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the entries."""
        return tuple(info.filename for info in self.members)

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return the bytes of an entry, None when there is no such name.

        Args:
            name: The entry's name, as written.
            limit: Refuse an entry that unpacks to more bytes.

        Raises:
            ModelError: The entry is larger, damaged, or packed in an unknown way.
        """
        archive = self._opened[0]
        if archive is None or name not in archive.NameToInfo:
            return None
        import zipfile
        import zlib

        try:
            with archive.open(name) as member:
                content = member.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
            struct.error,
        ) as error:
            raise ModelError(
                f"{self._name}: its file {shown(name)} cannot be read: {error}. "
                "Copy or convert the model again."
            ) from error
        if len(content) > limit:
            raise ModelError(
                f"{self._name}: its file {shown(name)} unpacks to more than "
                f"{limit // 2**20} MB. Copy or convert the model again."
            )
        return content

    @cached_property
    def _opened(self) -> tuple[zipfile.ZipFile | None, int, str]:
        """Return the archive, where it starts, and why it cannot be read."""
        tail_at = max(0, self._size - _TAIL)
        tail = bytes(self._data[tail_at:])
        end = tail.rfind(_END)
        if end < 0 or len(tail) - end < 22:
            # A cut archive has local entries and no end; weights hold neither, so
            # they are looked for only where the archive of a small model would be.
            cut = tail.find(b"PK\x03\x04")
            problem = "the files behind the model are cut off" if cut >= 0 else ""
            return None, self._size, problem
        directory = struct.unpack_from("<I", tail, end + 12)[0]
        if directory > _MAX_DIRECTORY or directory > tail_at + end:
            return None, self._size, f"its file list claims {directory} bytes"
        # Imported here: most models that run have no archive, and start-up counts.
        import zipfile

        try:
            archive = zipfile.ZipFile(_View(self._data, self._size))
            infos = archive.infolist()
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            ValueError,
            OSError,
            OverflowError,
            struct.error,
        ) as error:
            return None, self._size, f"the files behind the model are damaged: {error}"
        start = min(
            (info.header_offset for info in infos), default=tail_at + end - directory
        )
        if not 8 <= start <= self._size:
            return None, self._size, f"a file behind the model starts at {start}"
        return archive, start, ""


class _View(io.RawIOBase):
    """A file that ``zipfile`` reads from a mapping, without a copy of all of it."""

    def __init__(self, data: Bytes, size: int) -> None:
        self._data = data
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        end = self._size if size is None or size < 0 else self._at + size
        content = bytes(self._data[self._at : end])
        self._at += len(content)
        return content
