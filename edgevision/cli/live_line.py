"""One line on a terminal that is written over while a run goes on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from ..runtime.event import Event

_EVERY_S: Final = 0.2
_RATE_S: Final = 2.0
_RATE_STEPS: Final = 5  # a rate of two frames says nothing


class LiveLine:
    """The newest event on one line of stderr, renewed a few times per second.

    The figures stand first: a narrow terminal cuts off the results, not the figures.

    Args:
        shown: Whether there is a terminal to show it on.
        clock: Seconds, rising; for tests.
    """

    def __init__(
        self, *, shown: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shown = shown
        self._clock = clock
        self._next = 0.0
        self._width = 0
        self._counted = -1  # a rate is of steps, and the first event is none
        self._since: float | None = None
        self._rate = ""

    def update(self, event: Event) -> None:
        """Show an event, unless the last one is too fresh."""
        if not self._shown:
            return
        self._counted += 1
        now = self._clock()
        if self._since is None:
            self._since = now
        elif now - self._since >= _RATE_S and self._counted >= _RATE_STEPS:
            self._rate = f"{self._counted / (now - self._since):.1f} fps, "
            self._counted, self._since = 0, now
        if now < self._next:
            return
        self._next = now + _EVERY_S
        text = self._text(event)[: max(20, shutil.get_terminal_size().columns - 1)]
        click.echo("\r" + text.ljust(self._width), err=True, nl=False)
        self._width = len(text)

    def say(self, text: str) -> None:
        """Print a sentence above the line."""
        self.clear()
        click.echo(text, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", err=True, nl=False)
            self._width = 0

    def _text(self, event: Event) -> str:
        from ..runtime.sinks import describe

        timing = event.timing
        lost = f", {event.reconnects} reconnects" if event.reconnects else ""
        return (
            f"#{event.frame.index}  {self._rate}model {timing.model_ms:.1f} ms, age "
            f"{timing.age_ms:.0f} ms since capture, {event.dropped} dropped{lost}"
            f"{_heat(event)}  {describe(event.result)}"
        )


def _heat(event: Event) -> str:
    heat = event.health.temperature_c if event.health is not None else None
    return "" if heat is None else f", {heat:.0f} °C"
