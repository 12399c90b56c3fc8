"""What native code writes to the error stream while a model is opened."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from ..process import overhear, pass_on

_NOISE = (b"INFO:", b"VERBOSE:")


@contextlib.contextmanager
def native_messages() -> Iterator[None]:
    """Remove the runtime's banners from stderr; pass on everything else.

    What was written there comes out afterwards, without the lines that only announce
    ("INFO: Created TensorFlow Lite XNNPACK delegate for CPU."), which go to the log.
    Opening a model takes milliseconds, so another thread's words are late by no more
    than that.
    """
    words = None
    try:
        with overhear() as words:
            yield
    finally:
        if words is not None and words.text:
            _sort(words.text)


def _sort(written: bytes) -> None:
    for line in written.splitlines(keepends=True):
        if line.startswith(_NOISE):
            _log(line.decode(errors="replace").strip())
        else:
            pass_on(line)


def _log(words: str) -> None:
    # Nobody can listen before somebody imported it, and start-up counts.
    if "logging" in sys.modules:
        import logging

        logging.getLogger(__name__).debug("%s", words)
