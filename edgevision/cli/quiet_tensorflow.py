"""Keep TensorFlow's native log off the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from .main import is_verbose


@contextlib.contextmanager
def without_chatter() -> Iterator[TextIO]:
    """Redirect standard error to nowhere, and yield a stream that still shows text.

    The first lines of the log appear at every log level. ``--verbose`` shows them all.
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
