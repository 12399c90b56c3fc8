"""Files in the making: hidden until they are whole, and gone when their maker dies."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from .locks import take_lock

if TYPE_CHECKING:
    from pathlib import Path

_BEGIN: Final = ".edgevision-"
_END: Final = ".part"
WHOLE: Final = ".edgevision-whole"
"""The end of the hidden name of a file that only waits for the disk."""
_TRIES: Final = 100
_OPEN: Final = os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)

_swept: set[str] = set()


class PartFile:
    """A file under a hidden name, until it is published under its own.

    Its maker holds a lock on it. A part file without one is what a dead process has
    left: the first part file that another process makes in its folder removes it.

    Args:
        folder: Where the file is to stand; a rename never leaves a file system.
        mode: Its permissions; None means those that a new file gets.

    Raises:
        OSError: It cannot be made there.
    """

    def __init__(self, folder: str | Path, mode: int | None = None) -> None:
        _sweep_once(folder)
        self._mode = mode
        create = _OPEN | os.O_RDWR | os.O_CREAT | os.O_EXCL
        permissions = 0o666 if mode is None else 0o600

        def make(path: str) -> int:
            return os.open(path, create, permissions)

        self._path, self._descriptor = _made_and_locked(folder, make)
        self._open = True

    def write(self, data: bytes) -> None:
        """Add bytes at its end."""
        rest = memoryview(data).cast("B")
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def keep(self, name: str, checksum: int) -> None:
        """Let a later start rescue the file if this process is killed before naming it.

        Args:
            name: What it is to be called in its folder.
            checksum: CRC-32 of its content: after a power loss it may be there in part.
        """
        hidden = f".{name}.{checksum:08x}{WHOLE}"
        path = os.path.join(os.path.dirname(self._path), hidden)
        with suppress(OSError):  # the name is too long: it is lost then
            os.replace(self._path, path)
            self._path = path

    def begin_sync(self) -> None:
        """Ask the system to bring the content to the disk, without waiting.

        Of several files each is then on the disk sooner than one after the other.
        """
        with suppress(OSError, AttributeError):  # not on macOS
            os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def publish(
        self, target: str | Path, *, sync: bool = True, sync_name: bool = True
    ) -> None:
        """Give the file its own name; a file of that name is replaced.

        Args:
            target: In the folder of the part file.
            sync: Wait until the content is on the disk. Without that, a power loss soon
                afterwards can leave an empty file: file systems write names before
                contents.
            sync_name: Wait until the name is there, too.

        Raises:
            OSError: The disk did not take it; nothing is left behind.
        """
        try:
            if self._mode is not None:
                os.fchmod(self._descriptor, self._mode)
            if sync:
                os.fsync(self._descriptor)
            os.replace(self._path, target)
        except BaseException:
            self.discard()
            raise
        self._open = False
        os.close(self._descriptor)
        if sync and sync_name:
            sync_folder(os.path.dirname(os.path.abspath(target)))

    def discard(self) -> None:
        """Remove it, unless it is published; may be called twice."""
        if self._open:
            self._open = False
            with suppress(OSError):
                os.unlink(self._path)
            os.close(self._descriptor)


@contextmanager
def part_folder(folder: str | Path) -> Iterator[Path]:
    """Yield a hidden folder for files in the making, which is gone afterwards.

    It is for libraries that write by a file's name. What is whole is moved out of it.

    Args:
        folder: Where the files are to stand in the end.

    Raises:
        OSError: It cannot be made there.
    """
    import shutil
    from pathlib import Path

    _sweep_once(folder)

    def make(path: str) -> int:
        os.mkdir(path, 0o700)
        return os.open(path, _OPEN | os.O_RDONLY)

    path, descriptor = _made_and_locked(folder, make)
    try:
        yield Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def publish_file(source: str | Path, target: str | Path) -> None:
    """Move a finished file out of a part folder; see :meth:`PartFile.publish`.

    Raises:
        OSError: The disk did not take it.
    """
    descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(source, target)
    sync_folder(os.path.dirname(os.path.abspath(target)))


def sync_folder(folder: str | Path) -> None:
    """Wait until the names in a folder are on the disk, where its file system can.

    A file's own ``fsync`` need not do that.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_dead_parts(folder: str | Path) -> None:
    """Remove what dead processes have left half made in a folder.

    A part file whose maker lives is locked, and stays. So does one of another user, and
    everything on a file system that has no locks.
    """
    import shutil

    try:
        with os.scandir(folder) as entries:
            paths = [
                entry.path
                for entry in entries
                if entry.name.startswith(_BEGIN) and entry.name.endswith(_END)
            ]
    except OSError:
        return
    for path in paths:
        with suppress(OSError), open_if_dead(path) as descriptor:
            if descriptor is None:
                continue
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.unlink(path)


@contextmanager
def open_if_dead(path: str) -> Iterator[int | None]:
    """Open and lock what a dead process has left; None means that its maker lives.

    What belongs to another user, or is neither a file nor a folder, is None too.

    Raises:
        OSError: It cannot be opened.
    """
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    # Network file systems lock only what is open for writing; a named pipe would block.
    access = os.O_RDONLY if is_folder else os.O_RDWR | os.O_NONBLOCK
    descriptor = os.open(path, _OPEN | access)
    try:
        state = os.fstat(descriptor)
        is_dead = (
            (is_folder or stat.S_ISREG(state.st_mode))
            and state.st_uid == os.geteuid()
            and take_lock(descriptor) is True
            # Its maker may have published it in the meantime.
            and os.path.samestat(state, os.lstat(path))
        )
        yield descriptor if is_dead else None
    finally:
        os.close(descriptor)


def _sweep_once(folder: str | Path) -> None:
    place = os.path.abspath(folder)
    if place not in _swept:
        _swept.add(place)
        remove_dead_parts(place)


def _made_and_locked(folder: str | Path, make: Callable[[str], int]) -> tuple[str, int]:
    """Make something under a new hidden name and lock it; return name and descriptor.

    Raises:
        OSError: It cannot be made there.
    """
    for _ in range(_TRIES):
        path = os.path.join(folder, f"{_BEGIN}{os.urandom(6).hex()}{_END}")
        try:
            descriptor = make(path)
        except FileExistsError:
            continue
        # Somebody who sweeps may have come between making and locking.
        if take_lock(descriptor) is not False and _is_named(path, descriptor):
            return path, descriptor
        os.close(descriptor)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(folder))


def _is_named(path: str, descriptor: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    return False
