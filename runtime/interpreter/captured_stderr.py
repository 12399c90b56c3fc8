"""What native code writes to the error stream while a model is opened."""

from __future__ import annotations

import contextlib
import os
import sys
from _thread import RLock
from collections.abc import Iterator

_NOISE = (b"INFO:", b"VERBOSE:")
_lock = RLock()


@contextlib.contextmanager
def native_messages() -> Iterator[None]:
    """Remove the runtime's banners from stderr; pass on everything else.

    File descriptor 2 points to a scratch file meanwhile. What was written there is
    written to the real one afterwards, without the lines that only announce ("INFO:
    Created TensorFlow Lite XNNPACK delegate for CPU."), which go to the log. Opening a
    model takes milliseconds, so another thread's words are late by no more than that.
    """
    with _lock, contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
            stack.callback(os.close, kept)
            scratch = os.memfd_create("edgevision-stderr")
            stack.callback(os.close, scratch)
        except (OSError, AttributeError):
            # A service may run without an error stream, and only Linux has a memfd.
            yield
            return
        os.dup2(scratch, 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            size = os.lseek(scratch, 0, os.SEEK_END)
            _pass_on(os.pread(scratch, size, 0), kept)


def _pass_on(written: bytes, stream: int) -> None:
    for line in written.splitlines(keepends=True):
        if line.startswith(_NOISE):
            _log(line.decode(errors="replace").strip())
        else:
            with contextlib.suppress(OSError):
                os.write(stream, line)


def _log(words: str) -> None:
    # Nobody can listen before somebody imported it, and start-up counts.
    if "logging" in sys.modules:
        import logging

        logging.getLogger(__name__).debug("%s", words)
