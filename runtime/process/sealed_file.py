"""A file's bytes as they were at one moment, in memory that nobody else can change.

Whoever checks a file and then opens its path again may open another one; and a mapping
of a file that somebody writes over ends the process (SIGBUS). So the bytes are read
once, into a file that lies in memory, has no name and is sealed: it is checked, mapped,
given to an interpreter and handed to a child process, and it stays the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import stat
import sys
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import Final

_PORTION: Final = 2**20
_HEAD: Final = 512
# Smaller files are not compared with the free memory, which costs a look at the system.
_LARGE: Final = 16 * 2**20
_NO_EXEC_SEAL: Final = 8  # MFD_NOEXEC_SEAL; some systems refuse a file without it

Look = Callable[[bytes, int], None]
"""Gets the first 512 bytes and the size of a file; raises for what it refuses."""


class SealedFile:
    """Bytes that were read once: from a file, from a value, or from a parent process.

    Args:
        descriptor: An open file with the bytes; it is closed with this object.
        name: What errors call it; usually the path that it was read from.
        size: The number of bytes.

    Attributes:
        name: As passed in.
        size: As passed in.
    """

    def __init__(self, descriptor: int, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)

    @classmethod
    def read(
        cls, path: str | os.PathLike[str], look: Look = lambda head, size: None
    ) -> SealedFile:
        """Read a regular file, as many bytes as it has now.

        Args:
            path: The file.
            look: Called before more than the first bytes are read.

        Raises:
            OSError: It cannot be opened or read, is no regular file, or is larger than
                the memory that is free.
        """
        name = os.fspath(path)
        # Looked at before it is opened: some devices act when somebody opens them.
        _check_kind(os.stat(name))
        source = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(source)
            _check_kind(status)
            look(os.pread(source, _HEAD, 0), status.st_size)
            _check_size(status.st_size)
            return cls._sealed(name, source, status.st_size)
        finally:
            os.close(source)

    @classmethod
    def of(cls, data: bytes, name: str) -> SealedFile:
        """Return the bytes of a value.

        Raises:
            OSError: There is no memory for it.
        """
        target = _unnamed_file()
        try:
            _write(target, memoryview(data))
            return cls(_seal(target), name, len(data))
        finally:
            os.close(target)

    @classmethod
    def inherited(cls, descriptor: int, name: str) -> SealedFile:
        """Return what a parent process handed over; see :meth:`descriptor`.

        Raises:
            OSError: There is no such open file.
        """
        return cls(descriptor, name, os.fstat(descriptor).st_size)

    @classmethod
    def _sealed(cls, name: str, source: int, most: int) -> SealedFile:
        target = _unnamed_file()
        try:
            digest = hashlib.sha256()
            buffer = memoryview(bytearray(min(_PORTION, max(most, 1))))
            size = 0
            # Of a file that grows meanwhile, what it had at first.
            while count := os.readv(source, [buffer[: most - size]]):
                digest.update(buffer[:count])
                _write(target, buffer[:count])
                size += count
            sealed = cls(_seal(target), name, size)
        finally:
            os.close(target)
        sealed.sha256 = digest.hexdigest()
        return sealed

    @cached_property
    def sha256(self) -> str:
        """Return the hex digest of all bytes."""
        digest = hashlib.sha256()
        at = 0
        # Not by the mapping: what is touched there counts as this process's memory.
        while portion := os.pread(self._descriptor, _PORTION, at):
            digest.update(portion)
            at += len(portion)
        return digest.hexdigest()

    @cached_property
    def data(self) -> mmap.mmap | bytes:
        """Return all bytes; mapped, so that none is copied."""
        if not self.size:
            return b""
        return mmap.mmap(
            self._descriptor, self.size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ
        )

    @property
    def descriptor(self) -> int:
        """Return the open file, for ``pass_fds``; it stays this object's own."""
        return self._descriptor

    @property
    def place(self) -> str:
        """Return a path under which this process, and no other, opens the bytes.

        Empty where the system has none: then :attr:`data` is all there is.
        """
        place = _place(self._descriptor)
        return place if os.path.exists(place) else ""


def _check_kind(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


def _check_size(size: int) -> None:
    if size < _LARGE:
        return
    from ...devices.memory import available_bytes

    free = available_bytes()
    if size > free:
        raise OSError(
            errno.ENOMEM,
            f"it has {size / 1e6:.0f} MB, and {free / 1e6:.0f} MB of memory are free",
        )


def _place(descriptor: int) -> str:
    # On Linux each opening makes a description of its own, with a position of its own.
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return f"{folder}/{descriptor}"


def _unnamed_file() -> int:
    """Return an empty file for writing that no path leads to, in memory on Linux."""
    # A Python built for an old C library (conda's, uv's) knows none of this.
    if sys.platform == "linux" and hasattr(os, "memfd_create"):
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        for extra in (0, _NO_EXEC_SEAL):
            try:
                return os.memfd_create("edgevision", flags | extra)
            except OSError:
                continue
    import tempfile

    with tempfile.TemporaryFile(prefix="edgevision-") as file:
        return os.dup(file.fileno())


def _write(target: int, data: memoryview) -> None:
    while data:
        data = data[os.write(target, data) :]


def _seal(target: int) -> int:
    """Return the file for reading alone; where the system can, nobody writes it again.

    Kernels before 6.7 map a sealed file only where it was opened for reading alone.
    """
    place = _place(target)
    flags = os.O_RDONLY | os.O_CLOEXEC
    reading = os.open(place, flags) if os.path.exists(place) else os.dup(target)
    if sys.platform == "linux":
        import fcntl

        try:
            seals = (
                fcntl.F_SEAL_SEAL
                | fcntl.F_SEAL_SHRINK
                | fcntl.F_SEAL_GROW
                | fcntl.F_SEAL_WRITE
            )
            fcntl.fcntl(target, fcntl.F_ADD_SEALS, seals)
        except (OSError, AttributeError):  # an unnamed file on a disk, an old Python
            return reading
    return reading
