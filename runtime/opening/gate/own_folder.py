"""Small files in folders of this user's cache that nobody else can write.

Who can write there decides which files are run without a trial, and how. So a folder
counts only if it belongs to this user, is no link, and lets nobody else write; the same
holds for each file in it. The folder is opened once and everything is done inside it,
so that nothing changes between the look and the use.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from typing import Final

_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_PACKAGE: Final = "edgevision"


def cache_base() -> str:
    """Return the user's cache folder.

    Raises:
        OSError: There is no home folder.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if home == "~":
            raise OSError("There is no home folder.")
        base = os.path.join(home, ".cache")
    return base


def read_kept(folder: str, name: str, most: int) -> bytes:
    """Return what :func:`keep` wrote.

    Args:
        folder: The folder's name inside the package's own.
        name: The file's name.
        most: The most bytes to read.

    Raises:
        OSError: There is no such file, or somebody else could have written it.
    """
    with _folder(folder) as place:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(name, flags, dir_fd=place), "rb") as file:
            _check(os.fstat(file.fileno()), stat.S_ISREG)
            return file.read(most)


def keep(folder: str, name: str, content: bytes, *, most: int | None = None) -> None:
    """Write a file whole or not at all.

    A folder of this user's that others could write is closed to them, and emptied.

    Args:
        folder: The folder's name inside the package's own.
        name: The file's name.
        content: What it holds.
        most: Where there are so many files, the older half is removed first.

    Raises:
        OSError: The folder cannot be written, or is somebody else's.
    """
    os.makedirs(cache_base(), exist_ok=True)
    with _folder(folder, make=True) as place:
        if most is not None:
            _make_room(place, most)
        half = f"{name}.{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(half, dir_fd=place)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        with open(os.open(half, flags, 0o600, dir_fd=place), "wb") as file:
            file.write(content)
        os.rename(half, name, src_dir_fd=place, dst_dir_fd=place)


@contextlib.contextmanager
def _folder(name: str, *, make: bool = False) -> Iterator[int]:
    """Yield an open folder that is this user's own."""
    opened: list[int] = []
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    try:
        opened.append(os.open(cache_base(), flags))
        for part in (_PACKAGE, name):
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=opened[-1])
            # Not through a link: it may lead to a folder of this user's.
            opened.append(os.open(part, flags | os.O_NOFOLLOW, dir_fd=opened[-1]))
            if make:
                _take_back(opened[-1], empty=part == name)
            _check(os.fstat(opened[-1]), stat.S_ISDIR)
        yield opened[-1]
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _take_back(folder: int, *, empty: bool) -> None:
    """Close a folder of this user's to others; what they may have written goes."""
    status = os.fstat(folder)
    if status.st_uid != os.geteuid() or not status.st_mode & _OTHERS:
        return
    os.fchmod(folder, 0o700)
    for entry in list(os.scandir(folder)):
        if empty and not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.name, dir_fd=folder)


def _check(status: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    if not is_kind(status.st_mode):
        raise OSError("It is of another kind.")
    if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
        raise PermissionError("Somebody else could have written it.")


def _make_room(folder: int, most: int) -> None:
    """Remove the older half of the files when there are many."""
    files = [(entry.stat().st_mtime, entry.name) for entry in os.scandir(folder)]
    if len(files) >= most:
        for _, name in sorted(files)[: most // 2]:
            os.unlink(name, dir_fd=folder)
