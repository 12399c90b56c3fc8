"""Standard output of a run: a sink like others, which may fail in the middle."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Callable
from typing import Final

from ...errors import SinkError
from ...escapes import printable
from ...redaction import hide_secrets
from ...runtime.event import Event
from ...runtime.rule_event import RuleEvent
from ...runtime.sinks import GuardedSink, Sink, line_of, record_of
from ..faults import ESCAPES
from ..terminal import json_text, say
from .signals import is_stopped

NAME: Final = "standard output"
_LOOK_S: Final = 0.5


class StandardOutput(Sink):
    """One line per event on standard output.

    On a full disk, events are lost and counted until there is space again. A reader
    that is gone does not come back: all further events are lost.

    Args:
        as_json: Print JSON objects instead of text.
        is_only: No other sink takes the events, so a failure ends the run.

    Attributes:
        camera: Name of the camera of the next event; empty where there is only one.
    """

    def __init__(self, *, as_json: bool, is_only: bool) -> None:
        super().__init__(NAME)
        lines = _Lines(self, self._give_up, as_json=as_json, is_only=is_only)
        self.camera = ""
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

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Print a report of a rule; as JSON, where it comes after the last event.

        Raises:
            SinkError: It cannot be printed, and no other sink takes it.
        """
        try:
            self._guard.write_rule_event(rule_event)
        finally:
            self.lost = self._guard.lost

    def close(self) -> None:
        """Forget what could not be printed, which Python would print at its end."""
        if self.lost:
            _forget_standard_output()

    def _give_up(self) -> None:
        if self._guard.on_error == "retry":
            self._guard.on_error = "drop"


def report_line(report: RuleEvent) -> str:
    """Return a report of a rule in one line, with the local time of day."""
    clock = time.strftime("%H:%M:%S", time.localtime(report.wall_s))
    camera = f"{report.camera}  " if report.camera else ""
    return f"{clock}  {camera}{report.phase:<6} {report.rule}: {report.sentence}"


class _Lines(Sink):
    """Lines of text; every failure is an error.

    A pipe is written to only where it takes something, so that a reader that stands
    still does not keep the run from its end.
    """

    def __init__(
        self,
        owner: StandardOutput,
        on_reader_gone: Callable[[], None],
        *,
        as_json: bool,
        is_only: bool,
    ) -> None:
        super().__init__(NAME)
        self._owner = owner
        self._on_reader_gone = on_reader_gone
        self._as_json = as_json
        self._rest = memoryview(b"")  # of a line that a full disk did not take
        self._cure = ""
        if is_only:
            self._cure = " Nothing else takes the results; pass --sink to keep them."

    def write(self, event: Event) -> None:
        camera = self._owner.camera
        if self._as_json:
            named = {"camera": camera} if camera else {}
            self._print(json_text({**named, **record_of(event)}))
        else:
            self._print(f"{camera}  {line_of(event)}" if camera else line_of(event))

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        self._print(
            json_text(rule_event.to_dict())
            if self._as_json
            else report_line(rule_event)
        )

    def _print(self, text: str) -> None:
        descriptor = _descriptor()
        try:
            if descriptor is None:
                say(text)
                return
            sys.stdout.flush()
            self._put(descriptor)
            shown = printable(hide_secrets(text))
            line = f"{shown}\n".encode(sys.stdout.encoding, ESCAPES)
            self._rest = memoryview(line)
            self._put(descriptor)
        except OSError as error:
            reason = error.strerror
            if isinstance(error, (BrokenPipeError, TimeoutError)):
                is_gone = isinstance(error, BrokenPipeError)
                reason = "its reader is gone" if is_gone else "its reader stands still"
                self._on_reader_gone()
            raise SinkError(f"Cannot write to {NAME}: {reason}.{self._cure}") from error

    def _put(self, descriptor: int) -> None:
        while self._rest:
            _wait(descriptor)
            # Where a pipe takes anything, it takes so much without waiting.
            self._rest = self._rest[
                os.write(descriptor, self._rest[: select.PIPE_BUF]) :
            ]


def _descriptor() -> int | None:
    """Return the number of standard output; None where it is no file (in tests)."""
    try:
        return sys.stdout.fileno()
    except (OSError, ValueError):
        return None


def _wait(descriptor: int) -> None:
    """Wait until standard output takes something, or a signal ends the run.

    Raises:
        TimeoutError: The run is to end, and its reader stands still.
    """
    is_last = False
    while not select.select([], [descriptor], [], _LOOK_S)[1]:
        if is_last:
            raise TimeoutError
        is_last = is_stopped()


def _forget_standard_output() -> None:
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
