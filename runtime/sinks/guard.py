"""A guard around a sink: a failure does not stop the run, and losses are counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from ...errors import SinkError
from ..event import Event
from ..rule_event import RuleEvent
from .base import RunContext, Sink

logger = logging.getLogger(__name__)

POLICIES: Final = ("retry", "drop", "stop")
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0


class GuardedSink(Sink):
    """A sink together with what is done when its writing fails.

    ``retry`` reports the first failure, leaves the sink alone for a second (then two,
    four ... at most a minute) and tries the next event; ``drop`` gives up on the sink
    for the rest of the run; ``stop`` lets the error end the run. Events that were not
    kept are counted in ``lost`` in all cases.

    Args:
        sink: The sink that does the work.
        on_error: ``retry``, ``drop`` or ``stop``.
        on_note: Called with one sentence; the log's warnings by default.
        clock: Seconds, rising; for tests.

    Attributes:
        sink: As given.
        last_error: The sentence of the newest failure; empty without one.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        on_error: str = "retry",
        on_note: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if on_error not in POLICIES:
            raise ValueError(f"on_error must be one of {POLICIES}, got {on_error!r}.")
        super().__init__(sink.name)
        self.sink = sink
        self.address = sink.address
        self.needs_pictures = sink.needs_pictures
        self.on_error = on_error
        self._on_note = on_note or _log
        self.lost = 0
        self._missed = 0  # events that did not reach the sink, or that it refused
        self.last_error = ""
        self._clock = clock
        self._wait = _FIRST_WAIT_S
        self._not_before = 0.0
        self._failing = False
        self._dropped = False
        self._closed = False

    def attach(self, run: RunContext) -> None:
        """Pass the context on to the sink."""
        self.sink.attach(run)

    def tell(self, on_note: Callable[[str], None]) -> None:
        """Take where sentences go, for the guard and the sink."""
        self._on_note = on_note
        self.sink.tell(on_note)

    def write(self, event: Event) -> None:
        """Pass one event on, unless the sink has failed just now.

        Raises:
            SinkError: The write failed and the policy is ``stop``.
        """
        self._try(lambda: self.sink.write(event))

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Pass one report on, unless the sink has failed just now.

        Raises:
            SinkError: The write failed and the policy is ``stop``.
        """
        self._try(lambda: self.sink.write_rule_event(rule_event))

    def _try(self, write: Callable[[], None]) -> None:
        if self._dropped or (self._failing and self._clock() < self._not_before):
            self._count(1)
            return
        try:
            write()
        except (SinkError, OSError) as error:
            self._fail(error)
            return
        if self._failing:
            self._failing = False
            self._wait = _FIRST_WAIT_S
            self._on_note(f"{self.name} works again; events lost so far: {self.lost}.")

    def close(self) -> None:
        """Finish the sink; a failure is reported and counted, not raised."""
        if self._closed:
            return
        self._closed = True
        try:
            self.sink.close()
        except (SinkError, OSError) as error:
            self.last_error = _sentence(self.name, error)
            self._count(0)
            self.lost = max(self.lost, 1)
            self._on_note(self.last_error)

    def _count(self, events: int) -> None:
        # A sink that writes in a thread of its own counts what it lost there.
        self._missed += events
        self.lost = self._missed + self.sink.lost

    def _fail(self, error: SinkError | OSError) -> None:
        self._count(1)
        self.last_error = _sentence(self.name, error)
        if self.on_error == "stop":
            if isinstance(error, SinkError):
                raise error
            raise SinkError(self.last_error) from error
        if self.on_error == "drop":
            self._dropped = True
            self._on_note(f"{self.last_error} It gets no more events in this run.")
            return
        if not self._failing:
            self._on_note(f"{self.last_error} The run goes on and tries again.")
        self._failing = True
        self._not_before = self._clock() + self._wait
        self._wait = min(self._wait * 2, _LONGEST_WAIT_S)


def _log(text: str) -> None:
    logger.warning("%s", text)


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, SinkError):
        return str(error)
    reason = error.strerror if isinstance(error, OSError) else None
    return f"Cannot write to {name}: {reason or error}."
