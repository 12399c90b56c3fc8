"""Read files whose size was looked at before."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from .file_limit import refusal, size_text

# What comes from a pipe or a device has no size; a text needs no more than this.
_ENDLESS: Final = 64 * 2**20
_PIECE: Final = 2**20


def read_file(
    path: str | os.PathLike[str], *, most: int | None = None, growth: float = 1.0
) -> bytes:
    """Return a file's bytes, or refuse it before any is read.

    Args:
        path: The file.
        most: A file of more bytes is refused; None means that free memory decides.
        growth: Bytes of memory that a byte of the file takes once it is understood,
            such as 25 for JSON at its worst.

    Raises:
        OSError: It cannot be read, or is too large (``EFBIG``); ``strerror`` says why.
    """
    with open(path, "rb") as stream:
        status = os.fstat(stream.fileno())
        regular = stat.S_ISREG(status.st_mode)
        limit = most if most is not None else status.st_size if regular else _ENDLESS
        if status.st_size > limit:
            raise too_large(path, status.st_size, limit)
        if regular:
            words = refusal(int(status.st_size * growth), None)
            if words is not None:
                raise OSError(errno.EFBIG, words, os.fspath(path))
        # A file may grow while it is read; read() takes the memory of what it is asked.
        data = b""
        while len(data) <= limit:
            wanted = status.st_size + 1 if regular and not data else _PIECE
            piece = stream.read(min(wanted, limit + 1 - len(data)))
            if not piece:
                break
            data += piece
    if len(data) > limit:
        raise too_large(path, len(data), limit)
    return data


def too_large(path: str | os.PathLike[str], size: int, most: int) -> OSError:
    """Return the error about a file of too many bytes."""
    words = f"it has {size_text(size)}, and at most {size_text(most)} were expected"
    return OSError(errno.EFBIG, words, os.fspath(path))
