"""Bytes of a pipe, waited for in a way that a source can end."""

from __future__ import annotations

import os
import re
import select
import stat
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from ....errors import SourceError

_PORTION: Final = 1 << 20
_LOOK_MS: Final = 200
_QUIET_S: Final = 2.0
_NUMBERED: Final = re.compile(r"/(?:dev/fd|proc/self/fd)/([0-9]{1,6})")


def is_pipe(name: str) -> bool:
    """Return whether a name is that of standard input, a FIFO or a file descriptor.

    Shells hand over ``<(program)`` as ``/dev/fd/63``.
    """
    if name in ("-", "/dev/stdin") or _NUMBERED.fullmatch(name):
        return True
    try:
        return stat.S_ISFIFO(os.stat(name).st_mode)
    except (OSError, ValueError):
        return False


def open_descriptor(name: str) -> int:
    """Open a pipe by its name, without waiting for the program that writes to it.

    Args:
        name: ``-``, ``/dev/stdin``, ``/dev/fd/63`` or the path of a FIFO.

    Returns:
        A file descriptor of its own, which the caller closes.

    Raises:
        SourceError: It cannot be opened.
    """
    is_stdin = name in ("-", "/dev/stdin")
    if is_stdin and sys.__stdin__ is None:
        # Number 0 is then any other file of this process.
        raise SourceError("Cannot read standard input: it is closed.")
    match = _NUMBERED.fullmatch("/dev/fd/0" if is_stdin else name)
    try:
        if match:
            # Opening the name again fails for a socket, and for another user's pipe.
            descriptor = os.dup(int(match[1]))
        else:
            descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        words = "standard input" if is_stdin else name
        raise SourceError(f"Cannot read {words}: {error.strerror}.") from error
    if os.isatty(descriptor):
        os.close(descriptor)
        raise SourceError(
            "Cannot read pictures from a terminal. Pipe them in, for instance: "
            "ffmpeg -i clip.mp4 -f mjpeg - | edgevision run MODEL --source -"
        )
    return descriptor


def file_behind(descriptor: int) -> str | None:
    """Return the path of a descriptor's file, if it is a file that can be sought in.

    After ``< clip.mp4`` standard input is the file itself, whose index may stand at its
    end.
    """
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    path = f"/proc/self/fd/{descriptor}"
    return path if os.path.exists(path) else None


class Descriptor:
    """A file descriptor that is read until it ends, or until the source is closed.

    Args:
        descriptor: The file descriptor; it stays the caller's.
        name: What errors call it.
        closed: Set when reading is to end.
        on_quiet: Called once with a sentence when nothing came for two seconds at the
            beginning: no program writes to the FIFO yet.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        name: str,
        closed: threading.Event,
        on_quiet: Callable[[str], None],
    ) -> None:
        self._descriptor = descriptor
        self._name = name
        self._closed = closed
        self._on_quiet: Callable[[str], None] | None = on_quiet
        self._until = time.monotonic() + _QUIET_S

    def portion(self) -> bytes:
        """Wait for bytes; none means the end, or that the source was closed.

        Raises:
            SourceError: They cannot be read.
        """
        look = select.poll()
        try:
            look.register(self._descriptor, select.POLLIN)
            while not self._closed.is_set():
                if look.poll(_LOOK_MS):
                    self._on_quiet = None
                    return os.read(self._descriptor, _PORTION)
                if self._on_quiet is not None and time.monotonic() > self._until:
                    self._on_quiet(f"{self._name} is open; no program has written yet.")
                    self._on_quiet = None
        except (OSError, ValueError) as error:
            raise SourceError(f"Cannot read {self._name}: {error}.") from error
        return b""
