"""A file that only ever holds whole records, and starts anew at a given size."""

from __future__ import annotations

import os
import stat
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ....errors import OutputExistsError, SinkError
from ....files import hold_output
from ...uri_options import Options
from .disk_sync import DiskSync
from .last_record import EndFinder, end_of_lines

SYNC_S: Final = 5.0
"""Seconds after which records are on the disk: what a power loss costs at most.

It is the time after which ext4 writes its own journal.
"""
_TRIES: Final = 10


@dataclass(frozen=True)
class FileOptions:
    """How a file grows: the options that all files of records share.

    Attributes:
        append: Continue behind the records of a file that exists. A part of a record
            at its end, left by a killed run, is cut off.
        max_size: Bytes at which the file starts anew; 0 means never.
        keep: How many older files stay.
        sync_s: Seconds after which records are on the disk; 0 leaves it to the system.
    """

    append: bool = False
    max_size: int = 0
    keep: int = 5
    sync_s: float = SYNC_S

    @classmethod
    def take(cls, options: Options) -> FileOptions:
        """Take ``append``, ``max-size``, ``keep`` and ``sync`` out of a sink's options.

        Raises:
            SinkError: A value is not usable.
        """
        return cls(
            append=options.switch("append"),
            max_size=options.byte_count("max-size", 0),
            keep=options.integer("keep", 5, low=1, high=1000),
            sync_s=options.number("sync", SYNC_S, high=3600.0),
        )


class GrowingFile:
    """A file of records; each is handed to the system before the next comes.

    A record that does not fit (a full disk) is taken back, so the file ends with a
    whole one. After ``max_size`` bytes ``name`` becomes ``name.1``, ``name.1`` becomes
    ``name.2`` and so on; the oldest of ``keep`` goes. The file is locked for as long as
    it is open, and its records are brought to the disk by a thread of its own.

    Args:
        path: The file; a pipe or device is written to as it is.
        force: Replace a file that exists.
        options: How the file grows.
        header: The first bytes of every new file.
        first: The first bytes of every file of this kind, where there is no header.
        find_end: Returns where the last whole record of a file ends.

    Raises:
        OutputExistsError: The file exists, without ``force`` or ``append``.
        SinkError: It cannot be written, another process writes to it, or it is of
            another kind than what would continue it; it is left as it is.
    """

    def __init__(
        self,
        path: Path,
        *,
        force: bool = False,
        options: FileOptions | None = None,
        header: bytes = b"",
        first: bytes = b"",
        find_end: EndFinder = end_of_lines,
    ) -> None:
        options = options or FileOptions()
        self.path = path
        self._max_size = options.max_size
        self._keep = options.keep
        self._header = header
        self._first = header or first
        self._find_end = find_end
        self._regular = not path.exists() or path.is_file()
        if self._regular and path.exists() and not (force or options.append):
            raise OutputExistsError(
                f"{path} already exists. Pass --force to replace it, or write "
                f"'{path}?append=1' to continue it."
            )
        self._disk = DiskSync(path.parent, options.sync_s if self._regular else 0.0)
        # One that nobody closes and nobody has any more must not stay locked.
        weakref.finalize(self, self._disk.close)
        self._descriptor: int | None = None
        self._size = 0
        self._open(new=not options.append)

    def write(self, record: bytes) -> None:
        """Append one record, as a whole or not at all.

        Raises:
            SinkError: The system took less than all of it, or the disk did not take an
                earlier one.
        """
        lost = self._disk.take_error()
        if lost is not None:
            raise SinkError(
                f"Cannot bring {self.path} to the disk: {lost.strerror}. Records of "
                "the last seconds may be lost."
            )
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
        """Bring the file to the disk and close it; may be called twice.

        Raises:
            SinkError: The disk did not take all of it.
        """
        self._descriptor = None
        try:
            self._disk.close()
        except OSError as error:
            raise SinkError(
                f"Cannot bring {self.path} to the disk: {error.strerror}."
            ) from error

    def _open(self, *, new: bool) -> None:
        try:
            descriptor = self._opened()
            try:
                if self._regular:
                    self._prepare(descriptor, new=new)
                state = os.fstat(descriptor)
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            raise SinkError(
                f"Cannot write to {self.path}: {error.strerror}."
            ) from error
        self._descriptor = descriptor
        self._disk.watch(descriptor)
        self._size = state.st_size if stat.S_ISREG(state.st_mode) else 0
        if self._header and not self._size:
            self._append(self._header)

    def _opened(self) -> int:
        """Open the file, for this process alone where it is a regular one."""
        if not self._regular:
            return os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        # What another process writes is emptied only when it is ours.
        flags = os.O_RDWR | os.O_CLOEXEC | os.O_CREAT | os.O_APPEND
        for _ in range(_TRIES):
            descriptor = os.open(self.path, flags, 0o644)
            try:
                hold_output(descriptor, self.path, error=SinkError)
                # Who held it may have started it anew just now.
                if os.path.samestat(os.fstat(descriptor), os.stat(self.path)):
                    return descriptor
            except FileNotFoundError:
                pass
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise SinkError(f"Cannot write to {self.path}: its name changes all the time.")

    def _prepare(self, descriptor: int, *, new: bool) -> None:
        """Empty the file, or cut off what a killed run has left of a record."""
        if new:
            os.ftruncate(descriptor, 0)
            return
        with open(descriptor, "rb", closefd=False) as file:
            self._check_kind(file)
            end = self._find_end(file)
            if end < file.seek(0, os.SEEK_END):
                os.ftruncate(descriptor, end)
        if self._max_size:
            self._mend_older()

    def _mend_older(self) -> None:
        """Cut off what a power loss has left of a record in the files before this one.

        They got their numbers just before it, and were not on the disk so far.
        """
        for number in range(1, self._keep + 1):
            path = Path(f"{self.path}.{number}")
            if not path.is_file() or not path.stat().st_size:
                continue
            with path.open("r+b") as file:
                file.seek(-1, os.SEEK_END)
                if file.read() != b"\n":
                    file.truncate(self._find_end(file))

    def _check_kind(self, file: BinaryIO) -> None:
        """Refuse a file of another kind before anything is cut off at its end."""
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
        self._disk.changed()

    def _rotate(self) -> None:
        try:
            for number in range(self._keep, 0, -1):
                older = Path(f"{self.path}.{number - 1}") if number > 1 else self.path
                if older.exists():
                    os.replace(older, f"{self.path}.{number}")
        except OSError as error:
            raise SinkError(
                f"Cannot start {self.path} anew: {error.strerror}."
            ) from error
        self._descriptor = None
        self._open(new=True)
