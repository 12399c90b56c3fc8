"""One line on standard error for work in named steps, with the time left."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from ..runtime.closing import Closing

if TYPE_CHECKING:
    from ..converters.progress import ProgressEvent


class StepsBar(Closing):
    """Show a conversion's events; only remarks where standard error is no terminal.

    Args:
        verbose: Print a line per step too, as logs want it.
    """

    def __init__(self, *, verbose: bool = False) -> None:
        self._live = sys.stderr.isatty() and not verbose
        self._verbose = verbose
        self._title = ""
        self._since = 0.0
        self._width = 0

    def close(self) -> None:
        """Clear the line."""
        self._show("")

    def __call__(self, event: ProgressEvent) -> None:
        """Take one event."""
        if event.kind == "step":
            from ..converters.progress import STEPS

            self._title = STEPS.get(event.text, event.text)
            self._since = time.monotonic()
            self._show(f"{self._title} ...")
            if self._verbose:
                click.echo(self._title, err=True)
        elif event.kind == "advance":
            self._show(self._counted(event.done, event.total))
        elif event.kind == "warning":
            self._say(f"Warning: {event.text}")
        else:
            self._say(event.text)

    def _counted(self, done: int, total: int) -> str:
        spent = time.monotonic() - self._since
        left = ""
        if 0 < done < total and spent > 1:
            left = f", {spent * (total - done) / done:.0f} s left"
        filled = round(20 * done / total) if total else 0
        bar = "#" * filled + "-" * (20 - filled)
        return f"{self._title} [{bar}] {done}/{total}{left}"

    def _say(self, text: str) -> None:
        self._show("")
        click.echo(text, err=True)

    def _show(self, text: str) -> None:
        if not self._live:
            return
        click.echo("\r" + text.ljust(self._width) + "\r" + text, nl=False, err=True)
        self._width = len(text)
