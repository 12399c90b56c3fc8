"""Keep the native log of TensorFlow off the screen while our own words go through."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from .main import is_verbose


@contextlib.contextmanager
def without_chatter() -> Iterator[TextIO]:
    """Close standard error to TensorFlow's native log, and give a way around.

    Its first lines appear whatever the log level is. ``--verbose`` lets all through.
    """
    if is_verbose():
        yield sys.stderr
        return
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        with open(saved, "w", closefd=False) as stderr:
            yield stderr
    finally:
        os.dup2(saved, 2)
        os.close(saved)
