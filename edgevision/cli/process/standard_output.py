"""Standard output of a run: a sink like others, which may fail in the middle."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Final

from ...errors import SinkError
from ...runtime.event import Event
from ...runtime.sinks import GuardedSink, Sink, line_of, record_of
from ..terminal import json_text, say

NAME: Final = "standard output"


class StandardOutput(Sink):
    """One line per event on standard output.

    On a full disk, events are lost and counted until there is space again. A reader
    that is gone does not come back: all further events are lost.

    Args:
        as_json: Print JSON objects instead of text.
        is_only: No other sink takes the events, so a failure ends the run.
    """

    def __init__(self, *, as_json: bool, is_only: bool) -> None:
        super().__init__(NAME)
        lines = _Lines(self._give_up, as_json=as_json, is_only=is_only)
        self._guard = GuardedSink(lines, on_error="stop" if is_only else "retry")

    def tell(self, on_note: Callable[[str], None]) -> None:
        """Take where sentences go."""
        self._guard.tell(on_note)

    def write(self, event: Event) -> None:
        """Print an event.

        Raises:
            SinkError: It cannot be printed, and no other sink takes it.
        """
        try:
            self._guard.write(event)
        finally:
            self.lost = self._guard.lost

    def close(self) -> None:
        """Forget what could not be printed, which Python would print at its end."""
        if self.lost:
            _forget_standard_output()

    def _give_up(self) -> None:
        if self._guard.on_error == "retry":
            self._guard.on_error = "drop"


class _Lines(Sink):
    """Lines of text; every failure is an error."""

    def __init__(
        self, on_reader_gone: Callable[[], None], *, as_json: bool, is_only: bool
    ) -> None:
        super().__init__(NAME)
        self._on_reader_gone = on_reader_gone
        self._as_json = as_json
        self._cure = ""
        if is_only:
            self._cure = " Nothing else takes the results; pass --sink to keep them."

    def write(self, event: Event) -> None:
        try:
            # The rest of a line that a full disk did not take; no other joins it.
            sys.stdout.flush()
            text = json_text(record_of(event)) if self._as_json else line_of(event)
            say(text)
        except OSError as error:
            reason = error.strerror
            if isinstance(error, BrokenPipeError):
                reason = "its reader is gone"
                self._on_reader_gone()
            raise SinkError(f"Cannot write to {NAME}: {reason}.{self._cure}") from error


def _forget_standard_output() -> None:
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
