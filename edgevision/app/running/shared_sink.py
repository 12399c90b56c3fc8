"""A sink that several cameras write to."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ...runtime.event import Event
from ...runtime.rule_event import RuleEvent
from ...runtime.sinks import RunContext, Sink


class SharedSink(Sink):
    """One sink for several pipelines: each has a door to it, and one writes at a time.

    Args:
        sink: The sink; closed here.

    Attributes:
        sink: The argument of that name.
    """

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink.name)
        self.sink = sink
        self.address = sink.address
        self.needs_pictures = sink.needs_pictures
        self._lock = threading.Lock()
        self._is_attached = self._is_closed = False

    def door(self) -> Sink:
        """Return a sink for one pipeline; closing it leaves this one open."""
        return _Door(self)

    def attach(self, run: RunContext) -> None:
        """Take the context of the first run."""
        with self._lock:
            if not self._is_attached:
                self._is_attached = True
                self.sink.attach(run)

    def tell(self, on_note: Callable[[str], None]) -> None:
        """Take where sentences go."""
        self.sink.tell(on_note)

    def write(self, event: Event) -> None:
        """Write an event, when no other pipeline writes."""
        with self._lock:
            self.sink.write(event)
            self.lost = self.sink.lost

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Write a report, when no other pipeline writes."""
        with self._lock:
            self.sink.write_rule_event(rule_event)
            self.lost = self.sink.lost

    def close(self) -> None:
        """Close the sink; may be called twice."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self.sink.close()
                self.lost = self.sink.lost


class _Door(Sink):
    """A shared sink as one pipeline sees it."""

    def __init__(self, shared: SharedSink) -> None:
        super().__init__(shared.name)
        self._shared = shared
        self.needs_pictures = shared.needs_pictures

    def attach(self, run: RunContext) -> None:
        self._shared.attach(run)

    def write(self, event: Event) -> None:
        self._shared.write(event)

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        self._shared.write_rule_event(rule_event)
