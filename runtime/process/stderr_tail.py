"""The last lines of a child process's error output, kept in constant memory."""

from __future__ import annotations

import os
import threading
from typing import IO, Final

_KEPT_BYTES: Final = 8192
_PORTION: Final = 4096


class StderrTail:
    """The end of a program's error output, read in a thread.

    A program that writes a line per frame would fill a file in some days.

    Args:
        pipe: The program's error output; closed here.
        name: Name of the thread.
    """

    def __init__(self, pipe: IO[bytes], *, name: str) -> None:
        self._pipe = pipe
        self._end = b""
        self._thread = threading.Thread(target=self._read, name=name, daemon=True)
        self._thread.start()

    def lines(self, wait_s: float = 1.0) -> list[str]:
        """Return the last lines that are not empty, without blanks around them.

        Args:
            wait_s: How long to wait for a program that is ending.
        """
        self._thread.join(wait_s)
        text = self._end.decode("utf-8", "replace")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def close(self) -> None:
        """Close the pipe; the program has ended."""
        self._thread.join(2)
        if not self._thread.is_alive():  # or a child of its own still holds it
            self._pipe.close()

    def _read(self) -> None:
        while data := os.read(self._pipe.fileno(), _PORTION):
            self._end = (self._end + data)[-_KEPT_BYTES:]
