"""What a run does about a model or a sink that does not come back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ...errors import ModelError, SinkError
from ..closing import Closing
from ..watchdog import InvokeLimit, Step, Watchdog
from .channel import Channel
from .sink_writer import SinkWriter

logger = logging.getLogger(__name__)


class HangWatch(Closing):
    """End a run whose model hangs, and at its end go without a sink that hangs.

    A thread in a library cannot be interrupted. It is left behind: the other threads
    finish as always, and whoever iterates over the run gets an error.

    Args:
        max_invoke: As for :class:`.Pipeline`.
        decoded: From the model's thread to that of the sinks.
        emitted: From the sinks' thread to whoever iterates.
        writer: The sinks.
        stop: Ends the run.
        is_stopping: Returns whether the run is about to end.
        on_hang: Called with the error when the model hangs.

    Attributes:
        left_behind: The threads that did not come back, by their work.
    """

    def __init__(
        self,
        max_invoke: float | None,
        *,
        decoded: Channel[Any],
        emitted: Channel[Any],
        writer: SinkWriter,
        stop: Callable[[], None],
        is_stopping: Callable[[], bool],
        on_hang: Callable[[ModelError], None] | None = None,
    ) -> None:
        self.left_behind: set[str] = set()
        self._limit = InvokeLimit(max_invoke)
        self._watchdog = Watchdog(shortest_s=max_invoke or 0.0)
        self._decoded, self._emitted, self._writer = decoded, emitted, writer
        self._stop, self._is_stopping = stop, is_stopping
        self._on_hang = on_hang
        self._error: ModelError | None = None
        self._warned_of: tuple[Step, float] | None = None

    def start(self, *, inference: int | None, sinks: int | None) -> None:
        """Watch two threads, by their identifiers."""
        self._watchdog.watch(inference, self._limit.of, self._leave_model)
        self._watchdog.watch(sinks, lambda step: self._writer.patience_s, self._miss)

    def close(self) -> None:
        """Watch no more."""
        self._watchdog.close()

    def _leave_model(self, step: Step, seconds: float) -> None:
        """End the run without the thread that does not come back from the model."""
        if "inference" in self.left_behind:
            return
        self._error = ModelError(self._limit.sentences(step, seconds))
        logger.warning("the thread that runs %s is left behind", step.name)
        # It comes after the events before it; then the sinks are closed as always.
        self._decoded.finish(self._error)
        self.left_behind.add("inference")
        if self._on_hang is not None:
            self._on_hang(self._error)
        self._stop()

    def _miss(self, step: Step, seconds: float) -> None:
        """Warn of a sink that takes an event for long; at the end go without it."""
        if "sinks" in self.left_behind:
            return
        if self._is_stopping():
            self.left_behind.add("sinks")
            error = SinkError(
                f"{step.name} does not answer: one event, or its end, has taken "
                f"{seconds:.0f} s. Look whether its disk or its server is there."
            )
            # The model's thread may wait for a place in the queue to this sink.
            self._decoded.abort()
            self._emitted.finish(self._error or error)
        elif self._warned_of != (step, step.began):
            self._warned_of = step, step.began
            logger.warning(
                "%s has been busy with one event for %.0f s, and the run waits for it",
                step.name,
                seconds,
            )
