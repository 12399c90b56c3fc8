"""What native code writes to the error stream while something else runs."""

from __future__ import annotations

import contextlib
import os
import sys
from _thread import RLock, get_ident
from collections.abc import Iterator
from typing import Final

# A library that hangs while it is overheard must not hold a fork back for ever.
_FORK_WAIT_S: Final = 1.0

_lock = RLock()
_forking: set[int] = set()  # threads that hold the lock while they fork
_stream: int | None = None  # a copy of the real one, while 2 is memory


class Overheard:
    """The bytes that were written to file descriptor 2.

    Attributes:
        text: These bytes; they are complete after the ``with`` of :func:`overhear`.
    """

    def __init__(self) -> None:
        self.text = b""


@contextlib.contextmanager
def overhear() -> Iterator[Overheard]:
    """Exchange file descriptor 2 for memory, and put it back.

    The caller hands on what is not for it (:func:`pass_on`). It costs some
    microseconds. One thread at a time: others wait, because the stream is the whole
    process's. What they write themselves is overheard, too. A program that is started
    meanwhile keeps the memory for its error stream, and nobody reads that.

    Where there is no error stream or no memory for it, nothing is overheard.
    """
    global _stream
    words = Overheard()
    with _lock, contextlib.ExitStack() as stack:
        try:
            # A process may start without the stream; 2 is then any other file.
            if sys.__stderr__ is None:
                raise OSError
            kept = os.dup(2)
            stack.callback(os.close, kept)
            scratch = os.memfd_create("edgevision-stderr")
            stack.callback(os.close, scratch)
        except (OSError, AttributeError):  # only Linux has a memfd
            yield words
            return
        outer = _stream
        try:
            _stream = kept if outer is None else outer
            os.dup2(scratch, 2)
            yield words
        finally:
            os.dup2(kept, 2)
            _stream = outer
            size = os.lseek(scratch, 0, os.SEEK_END)
            if size:
                words.text = os.pread(scratch, size, 0)


def end_overhearing() -> None:
    """Put the error stream back, from any thread of a process that is about to end.

    A library that hangs while it is overheard would keep the last words to itself.
    """
    if _stream is not None:
        with contextlib.suppress(OSError):
            os.dup2(_stream, 2)


def pass_on(text: bytes) -> None:
    """Write what was overheard to the error stream; a stream that is gone takes none.

    Args:
        text: Any bytes.
    """
    with contextlib.suppress(OSError):
        while text:
            text = text[os.write(2, text) :]


def _before_fork() -> None:
    """Let no thread overhear: a child would keep its memory, and its lock for ever."""
    if _lock.acquire(timeout=_FORK_WAIT_S):
        _forking.add(get_ident())


def _after_fork() -> None:
    if get_ident() in _forking:
        _forking.discard(get_ident())
        _lock.release()


def _in_the_child() -> None:
    global _lock
    if get_ident() in _forking:
        _after_fork()
    else:
        end_overhearing()
        _lock = RLock()
    _forking.clear()


# Programs of users fork, by multiprocessing for instance, which is safe enough where
# each lock is free in the child.
os.register_at_fork(
    before=_before_fork, after_in_parent=_after_fork, after_in_child=_in_the_child
)
