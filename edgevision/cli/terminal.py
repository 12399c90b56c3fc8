"""A line on a terminal that is overwritten, and text without control characters."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable
from typing import Any, Final, TextIO

import click

from ..escapes import UNSAFE, printable
from ..redaction import hide_secrets
from ..runtime.closing import Closing

_NARROWEST: Final = 20
# A time left is shown from here on.
_SURE_SHARE: Final = 0.05
_SURE_SECONDS: Final = 0.5
_SPARE: Final = 3  # for the cursor, and the "^C" that a terminal itself writes


def say(*lines: str, err: bool = False) -> None:
    """Print lines; everything that a command writes to people passes here.

    Args:
        lines: Texts, each of one line; control characters are shown as escapes, and
            secrets by their names.
        err: Print on standard error.
    """
    try:
        text = "\n".join(printable(hide_secrets(line)) for line in lines)
        click.echo(text, err=err)
    except OSError:
        # Nobody reads what is said on standard error; the work itself can go on.
        if not err:
            raise


def json_text(data: Any, *, indent: int | None = None) -> str:
    """Return data as JSON without control characters and halves of characters."""
    text = json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False)
    if text.isascii() and "\x7f" not in text:
        return text
    # Line breaks stand between values; those inside of texts are escaped already.
    return UNSAFE.sub(
        lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text
    )


def cells(text: str) -> int:
    """Return how many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def cut(text: str, width: int) -> str:
    """Return the beginning of a text that fits into so many columns."""
    if text.isascii():
        return text[:width]
    taken = 0
    for index, char in enumerate(text):
        taken += _cells_of(char)
        if taken > width:
            return text[:index]
    return text


def _cells_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class TerminalLine(Closing):
    """A line that is overwritten; it is not shown where the stream is no terminal.

    Args:
        stream: Where to write; standard error by default.
        shown: Whether there is a terminal; None means as the stream says.
    """

    def __init__(
        self, stream: TextIO | None = None, *, shown: bool | None = None
    ) -> None:
        self._stream = stream
        self.shown = self._out().isatty() if shown is None else shown
        self._cells = 0

    def show(self, text: str) -> None:
        """Replace the text of the line; its end is cut off on a narrow terminal."""
        if not self.shown:
            return
        width = max(_NARROWEST, shutil.get_terminal_size().columns - _SPARE)
        text = cut(printable(text), width)
        count = cells(text)
        rest = " " * (self._cells - count)
        self._write(f"\r{text}{rest}")
        self._cells = count

    def say(self, text: str) -> None:
        """Print a sentence that stays, above the line."""
        self.clear()
        self._write(f"{printable(text)}\n")

    def clear(self) -> None:
        """Remove the line."""
        if self._cells:
            self._write("\r" + " " * (self._cells + _SPARE - 1) + "\r")
            self._cells = 0

    def close(self) -> None:
        """Remove the line."""
        self.clear()

    def _out(self) -> TextIO:
        return sys.stderr if self._stream is None else self._stream

    def _write(self, text: str) -> None:
        out = self._out()
        with contextlib.suppress(OSError):  # as in say
            out.write(text)
            out.flush()


class Counter:
    """The text of a counted step: a bar, the pieces that are done, and the time left.

    Args:
        clock: Returns seconds that only rise; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.title = ""
        self._first: tuple[float, float] | None = None

    def begin(self, title: str) -> str:
        """Begin a step, and return its first text."""
        self.title, self._first = title, None
        return f"{title} ..."

    def text(self, done: int, total: int) -> str:
        """Return the text when so many of all pieces are done."""
        share = done / total if total else 0.0
        return f"{self._bar(share)} {done}/{total}{self._left(share)}"

    def share_text(self, share: float) -> str:
        """Return the text when this share of the step is done."""
        return f"{self._bar(share)} {share:.0%}{self._left(share)}"

    def _bar(self, share: float) -> str:
        filled = round(20 * share)
        return f"{self.title} [{'#' * filled}{'-' * (20 - filled)}]"

    def _left(self, share: float) -> str:
        now = self._clock()
        if self._first is None or share < self._first[0]:
            self._first = share, now
        # What came before the first piece says nothing of those that follow.
        gained, spent = share - self._first[0], now - self._first[1]
        if gained < _SURE_SHARE or share >= 1 or spent <= _SURE_SECONDS:
            return ""
        return f", {spent * (1 - share) / gained:.0f} s left"
