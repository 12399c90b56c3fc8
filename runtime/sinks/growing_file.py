"""A file that only ever holds whole records, and starts anew at a given size."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ...errors import OutputExistsError, SinkError
from ..uri_options import Options

_TAIL = 1 << 16


@dataclass(frozen=True)
class FileOptions:
    """How a file grows: the options that all files of records share.

    Attributes:
        append: Continue behind the records of a file that exists. A part of a record
            at its end, left by a killed run, is cut off.
        max_size: Bytes at which the file starts anew; 0 means never.
        keep: How many older files stay.
    """

    append: bool = False
    max_size: int = 0
    keep: int = 5

    @classmethod
    def take(cls, options: Options) -> FileOptions:
        """Take ``append=1``, ``max-size=10MB`` and ``keep=5`` out of a sink's options.

        Raises:
            SinkError: A value is not usable.
        """
        return cls(
            append=options.switch("append"),
            max_size=options.byte_count("max-size", 0),
            keep=options.integer("keep", 5, low=1, high=1000),
        )


class GrowingFile:
    """A file of records; each is handed to the system before the next comes.

    A record that does not fit (a full disk) is taken back, so the file ends with a
    whole one. After ``max_size`` bytes ``name`` becomes ``name.1``, ``name.1`` becomes
    ``name.2`` and so on; the oldest of ``keep`` goes.

    Args:
        path: The file; a pipe or device is written to as it is.
        force: Replace a file that exists.
        options: How the file grows.
        header: The first bytes of every new file.
        first: The first bytes of every file of this kind, where there is no header.

    Raises:
        OutputExistsError: The file exists, without ``force`` or ``append``.
        SinkError: It cannot be written, or is of another kind than what would continue
            it; it is left as it is.
    """

    def __init__(
        self,
        path: Path,
        *,
        force: bool = False,
        options: FileOptions | None = None,
        header: bytes = b"",
        first: bytes = b"",
    ) -> None:
        options = options or FileOptions()
        self.path = path
        self._max_size = options.max_size
        self._keep = options.keep
        self._header = header
        self._first = header or first
        self._regular = not path.exists() or path.is_file()
        if self._regular and path.exists() and not (force or options.append):
            raise OutputExistsError(
                f"{path} already exists. Pass --force to replace it, or write "
                f"'{path}?append=1' to continue it."
            )
        self._descriptor: int | None = None
        self._size = 0
        self._open(new=not options.append)

    def write(self, record: bytes) -> None:
        """Append one record, as a whole or not at all.

        Raises:
            SinkError: The system took less than all of it.
        """
        if self._descriptor is None:
            self._open(new=False)
        if (
            self._max_size
            and self._size > len(self._header)
            and self._size + len(record) > self._max_size
        ):
            self._rotate()
        self._append(record)

    def replace_header(self, header: bytes) -> None:
        """Write another header into a file that has no record yet.

        Raises:
            SinkError: It has records, or is a pipe, which has taken the old one.
        """
        if header == self._header:
            return
        if not self._regular or self._size > len(self._header):
            raise SinkError(
                f"Cannot continue {self.path}: its first line names other columns than "
                "would be written. Choose another file."
            )
        self._header = self._first = header
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            self._size = 0
            self._append(header)

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def _open(self, *, new: bool) -> None:
        flags = os.O_WRONLY | os.O_CLOEXEC
        if self._regular:
            flags |= os.O_CREAT | os.O_APPEND | (os.O_TRUNC if new else 0)
        try:
            if self._regular and not new and self.path.exists():
                self._check_kind()
                _cut_partial_record(self.path)
            self._descriptor = os.open(self.path, flags, 0o644)
            state = os.fstat(self._descriptor)
        except OSError as error:
            raise SinkError(
                f"Cannot write to {self.path}: {error.strerror}."
            ) from error
        self._size = state.st_size if stat.S_ISREG(state.st_mode) else 0
        if self._header and not self._size:
            self._append(self._header)

    def _check_kind(self) -> None:
        """Refuse a file of another kind before anything is cut off at its end."""
        with self.path.open("rb") as file:
            begin = file.read(len(self._first))
        # A killed run may have left a part of the first bytes.
        if begin == self._first[: len(begin)]:
            return
        other = "its first line names other columns than would be written"
        if not self._header:
            other = f"it does not begin with {self._first.decode()}, as its records do"
        raise SinkError(f"Cannot continue {self.path}: {other}. Choose another file.")

    def _append(self, record: bytes) -> None:
        descriptor = self._descriptor
        if descriptor is None:
            return
        rest = memoryview(record)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError as error:
            if self._regular and len(rest) < len(record):
                os.ftruncate(descriptor, self._size)
            raise SinkError(
                f"Cannot write to {self.path}: {error.strerror}."
            ) from error
        self._size += len(record)

    def _rotate(self) -> None:
        self.close()
        try:
            for number in range(self._keep, 0, -1):
                older = Path(f"{self.path}.{number - 1}") if number > 1 else self.path
                if older.exists():
                    os.replace(older, f"{self.path}.{number}")
        except OSError as error:
            raise SinkError(
                f"Cannot start {self.path} anew: {error.strerror}."
            ) from error
        self._open(new=True)


def _cut_partial_record(path: Path) -> None:
    """Cut off what follows the last newline: a part of a record of a killed run."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        position = end
        while position > 0:
            start = max(0, position - _TAIL)
            file.seek(start)
            newline = file.read(position - start).rfind(b"\n")
            if newline >= 0:
                position = start + newline + 1
                break
            position = start
        if position < end:
            file.truncate(position)
