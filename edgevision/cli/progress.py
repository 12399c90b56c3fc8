"""The progress of long work: a line that is overwritten, and remarks that stay."""

from __future__ import annotations

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from ..escapes import printable
from ..runtime.closing import Closing
from .quiet_tensorflow import without_chatter
from .terminal import Counter, TerminalLine, cells, say

if TYPE_CHECKING:
    from ..converters.progress import ProgressEvent
    from ..training.callbacks import TrainCallbacks

_HANGING = " " * 12


class ConversionProgress(Closing):
    """Show a conversion's events; only remarks where standard error is no terminal.

    Args:
        verbose: Print a line per step too, as logs want it.
    """

    def __init__(self, *, verbose: bool = False) -> None:
        self._line = TerminalLine(shown=False if verbose else None)
        self._counter = Counter()
        self._verbose = verbose

    def close(self) -> None:
        """Remove the line."""
        self._line.clear()

    def __call__(self, event: ProgressEvent) -> None:
        """Show one event."""
        if event.kind == "step":
            from ..converters.progress import STEPS

            self._line.show(self._counter.begin(STEPS.get(event.text, event.text)))
            if self._verbose:
                self._line.say(self._counter.title)
        elif event.kind == "advance" and event.text == "convert":
            # Samples first, then sets of ranges: neither is a count to show.
            self._line.show(self._counter.share_text(event.done / max(event.total, 1)))
        elif event.kind == "advance":
            self._line.show(self._counter.text(event.done, event.total))
        elif event.kind == "warning":
            self._line.say(f"Warning: {event.text}")
        else:
            self._line.say(event.text)


class TrainingProgress:
    """Show the lines of a training.

    Args:
        stream: Where to write: standard error, or the way around what is kept from it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._line = TerminalLine(stream)

    @property
    def callbacks(self) -> TrainCallbacks:
        """Return the functions that a training calls."""
        from ..training.callbacks import TrainCallbacks

        return TrainCallbacks(
            on_note=self.say,
            on_warning=lambda line: self.say(f"Warning: {line}"),
            on_epoch=self.say,
            on_progress=self._line.show,
        )

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._line.say(text)


class Screen:
    """Lines on standard output, and the progress of long steps on standard error.

    Args:
        quiet: Print no lines, because only JSON is wanted.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()

    def line(self, text: str) -> None:
        """Print a line; on a terminal that is too narrow, as several."""
        if self._quiet:
            return
        text = printable(text)
        if sys.stdout.isatty() and cells(text) > shutil.get_terminal_size().columns:
            text = textwrap.fill(
                text,
                shutil.get_terminal_size().columns,
                subsequent_indent=_HANGING,
                break_on_hyphens=False,
                drop_whitespace=True,
            )
        say(*text.split("\n"))

    @contextlib.contextmanager
    def progress(self, title: str) -> Iterator[Callable[[str], None]]:
        """Yield a function that shows how far a long step is."""
        if not self._live and not self._quiet:
            say(f"{title} ...", err=True)
        with (
            without_chatter() as stderr,
            TerminalLine(stderr, shown=self._live) as line,
        ):
            yield lambda text: line.show(f"{title}: {text}")


@contextlib.contextmanager
def measuring_bar() -> Iterator[Callable[[float, str], None]]:
    """Show a bar on stderr; nothing when it is not a terminal."""
    with TerminalLine() as line:
        counter = Counter()
        line.show(counter.begin("Measuring"))
        yield lambda share, what: line.show(
            f"{counter.share_text(share)}  {what}".rstrip()
        )
