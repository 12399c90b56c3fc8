"""Write events to sinks and close them, even while one of them hangs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..event import Event
from ..rule_event import RuleEvent
from ..sinks import Sink
from ..watchdog import Step, step_of

logger = logging.getLogger(__name__)

SINK_PATIENCE_S: Final = 60.0
"""At the end of a run a sink may take so long for one event, or for its closing. A
service manager kills after 90 s what has not ended by itself."""

_LOOK_S: Final = 0.05


class SinkWriter:
    """The sinks of a run: each event goes to all of them, in their order.

    All calls are from one thread, except :meth:`close_others`, which is for the case
    that this thread never comes back from a sink (a network disk that is gone).

    Args:
        sinks: Where events go.

    Attributes:
        patience_s: Seconds that one sink may take at the end.
    """

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._open = list(sinks)
        self.patience_s = SINK_PATIENCE_S

    def write(self, event: Event) -> Event:
        """Pass an event to all sinks, and return it with the time that they took."""
        if not self._sinks:
            return event
        timing = event.timing
        started = time.perf_counter_ns()
        for sink in self._sinks:
            with Step(sink.name, sink):
                for rule_event in event.rule_events:
                    sink.write_rule_event(rule_event)
                sink.write(event)
            spent = (time.perf_counter_ns() - started) / 1e6
            timing = replace(timing, emit_ms=spent)
            event = replace(event, timing=timing)
        return event

    def report(self, rule_events: Sequence[RuleEvent]) -> None:
        """Pass reports that belong to no event to all sinks that are open."""
        for sink in tuple(self._open) if rule_events else ():
            with Step(sink.name, sink):
                for rule_event in rule_events:
                    sink.write_rule_event(rule_event)

    def close(self) -> None:
        """Close all sinks that are open, even if one fails; then raise its error."""
        failure: BaseException | None = None
        while self._open:
            sink = self._open.pop(0)
            try:
                with Step(sink.name, sink):
                    sink.close()
            except BaseException as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def close_others(self, thread: int | None) -> None:
        """Close all sinks but those that hang, and count an event as lost for these.

        Args:
            thread: The identifier of the thread that a sink keeps.
        """
        while True:
            step = step_of(thread)
            if step is not None and isinstance(step.subject, Sink):
                self._leave(step.subject)
            if not self._open:
                return
            worker = threading.Thread(
                target=self._close_and_log, name="edgevision-closing", daemon=True
            )
            worker.start()
            thread = worker.ident
            if self._ends(worker):
                return

    def _leave(self, sink: Sink) -> None:
        self._open = [one for one in self._open if one is not sink]
        sink.lost = max(sink.lost, 1)
        logger.warning(
            "%s does not answer and is left as it is; its last events may be lost",
            sink.name,
        )

    def _close_and_log(self) -> None:
        try:
            self.close()
        except Exception as error:
            logger.warning("cannot finish a sink: %s", error)

    def _ends(self, worker: threading.Thread) -> bool:
        """Return whether a thread ends before one of its sinks takes too long."""
        at, since = step_of(worker.ident), time.monotonic()
        while worker.is_alive():
            worker.join(_LOOK_S)
            step = step_of(worker.ident)
            if step is not at:
                at, since = step, time.monotonic()
            elif step is not None and time.monotonic() - since > self.patience_s:
                return False
        return True
