"""The lock of a file that one process writes to, and who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ..errors import EdgeVisionError

if TYPE_CHECKING:
    from pathlib import Path

_LOCKS: Final = "/proc/locks"
_TRIES: Final = 10

_holders_here: dict[int, int] = {}  # the process that locked a descriptor


def take_lock(descriptor: int) -> bool | None:
    """Lock an open file or folder for this process alone, without waiting.

    The system drops the lock when the last copy of the descriptor is closed, however
    the process ends. Nothing else is kept from reading or writing.

    Returns:
        True: it is locked. False: somebody else has locked it. None: its file system,
        or this operating system, has no locks.
    """
    try:
        import fcntl
    except ImportError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    _holders_here[descriptor] = os.getpid()
    return True


def close_output(descriptor: int) -> None:
    """Unlock an output and close it.

    A process that was forked meanwhile has a copy of the descriptor, which would keep
    the lock. When it closes its copy here, the lock stays: it is not its own.

    Args:
        descriptor: What was given to :func:`hold_output`, or came from
            :func:`hold_folder`.
    """
    if _holders_here.pop(descriptor, 0) == os.getpid():
        import fcntl

        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def hold_output(
    descriptor: int, path: str | Path, *, error: type[EdgeVisionError]
) -> None:
    """Lock an output that is written for as long as a run lasts.

    Where the file system has no locks, nothing happens.

    Args:
        descriptor: The open file or folder; the lock lasts until :func:`close_output`.
        path: Its name, for the sentence.
        error: The error to raise.

    Raises:
        EdgeVisionError: Another process, or another output of this one, writes to it.
    """
    if take_lock(descriptor) is not False:
        return
    holder = _holder_of(descriptor)
    if holder == os.getpid():
        raise error(
            f"{path} is written to by another output of this very process. Choose "
            "another name for one of them."
        )
    raise error(
        f"{path} is written to by {_described(holder)}. Stop that, or choose another "
        "output."
    )


def hold_folder(path: str | Path, *, error: type[EdgeVisionError]) -> int:
    """Lock a folder into which a run writes; see :func:`hold_output`.

    Returns:
        The descriptor that holds the lock, for :func:`close_output`.

    Raises:
        EdgeVisionError: Another process, or another output of this one, writes into it.
        OSError: It cannot be opened.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_DIRECTORY", 0)
    descriptor = os.open(path, flags)
    try:
        hold_output(descriptor, path, error=error)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def hold_name(path: str | Path, *, error: type[EdgeVisionError]) -> Iterator[None]:
    """Lock the name of an output that is written in the end, for a long piece of work.

    A hidden file beside it carries the lock; it is gone afterwards. Where none can be
    made, nothing is locked: the output itself cannot be written there either.

    Raises:
        EdgeVisionError: Another process, or this one, is at work on that output.
    """
    import hashlib

    place = os.path.abspath(path)
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    lock = os.path.join(os.path.dirname(place), f".edgevision-{name}.lock")
    descriptor = _opened_lock(lock, path, error)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                os.unlink(lock)
            close_output(descriptor)


def _opened_lock(
    lock: str, path: str | Path, error: type[EdgeVisionError]
) -> int | None:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    for _ in range(_TRIES):
        try:
            descriptor = os.open(lock, flags, 0o600)
        except OSError:
            return None
        try:
            hold_output(descriptor, path, error=error)
            # Who held it may have removed the file just now.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(lock)):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    return None


def _holder_of(descriptor: int) -> int:
    """Return the process that has locked a file; 0 means that it is not known."""
    state = os.fstat(descriptor)
    device = f"{os.major(state.st_dev):02x}:{os.minor(state.st_dev):02x}"
    place = f"{device}:{state.st_ino}"
    for _ in range(_TRIES):
        # The table is read in pieces: a line may be missing while others come and go.
        holder = _holders().get(place, 0)
        if holder:
            return holder
    return 0


def _holders() -> dict[str, int]:
    """Return who holds locks of whole files, by device and file number."""
    try:
        with open(_LOCKS, encoding="ascii") as table:
            lines = [line.split() for line in table]
    except (OSError, ValueError):
        return {}
    # "1: FLOCK ADVISORY WRITE 4711 fe:00:131 0 EOF"; a process that waits for the lock
    # has "->" behind the number.
    return {
        words[5]: int(words[4])
        for words in lines
        if len(words) == 8 and words[1] == "FLOCK" and words[4].isdigit()
    }


def _described(process: int) -> str:
    # Another container's processes have no number here.
    if not process:
        return "another process"
    try:
        # The whole command line may hold the password of a camera.
        with open(f"/proc/{process}/comm", encoding="utf-8", errors="replace") as file:
            name = file.read().strip()
    except OSError:
        return f"process {process}"
    name = "".join(char if char.isprintable() else "?" for char in name)
    return f"process {process} ({name})"
