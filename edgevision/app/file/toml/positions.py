"""Where each key of a TOML file stands; the readers of TOML do not say it.

The scanner reads a text that ``tomllib`` has accepted, so it checks nothing. It follows
tables, arrays of tables, dotted keys, inline tables, and texts of several lines.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from typing import Final

from ....runtime.tables import TablePath
from .loading import loads

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_BASIC: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL: Final = re.compile(r"'[^']*'")
# A text of several lines may end with one or two quotes of its own before the three.
_LONG_BASIC: Final = re.compile(r'"""(?:[^"\\]|\\.|""?(?!"))*"{3,5}', re.DOTALL)
_LONG_LITERAL: Final = re.compile(r"'''(?:[^']|''?(?!'))*'{3,5}", re.DOTALL)
_PLAIN: Final = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True)
class Position:
    """A place in a text.

    Attributes:
        line: From 1.
        column: From 1.
    """

    line: int
    column: int


class Positions:
    """The place of each key, table and item of a TOML text.

    Args:
        text: A text that is valid TOML.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines = [match.end() for match in re.finditer("\n", text)]
        self._places: dict[TablePath, Position] = {}
        self._lengths: dict[TablePath, int] = {}  # of arrays of tables
        self._scan()

    def of(self, path: TablePath) -> Position:
        """Return the place of a key, else of the nearest table or array around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return self._places[path[:end]]
        return Position(1, 1)

    def paths(self) -> dict[TablePath, Position]:
        """Return every path with its place, in the order of the file."""
        return dict(self._places)

    def _scan(self) -> None:
        table: TablePath = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text.startswith("[", self._at):
                table = self._header(1)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> TablePath:
        """Read ``[a.b]`` or ``[[a.b]]`` and return the path of the keys below it."""
        start = self._at
        self._at += brackets
        *before, last = self._key()
        self._at += brackets
        path: TablePath = ()
        for part in before:
            path = self._newest((*path, part))
            self._note(path, start)
        path = (*path, last)
        self._note(path, start)
        if brackets == 1:
            return self._newest(path)
        self._lengths[path] = self._lengths.get(path, 0) + 1
        path = self._newest(path)
        self._note(path, start)
        return path

    def _newest(self, path: TablePath) -> TablePath:
        """Return the path itself, or that of the last table of an array."""
        length = self._lengths.get(path, 0)
        return (*path, length - 1) if length else path

    def _pair(self, table: TablePath) -> None:
        self._skip(_BLANK)
        start = self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._at += 1  # "="
        self._value(path)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            start = self._at
            sign = self._text[start]
            self._skip({'"': _BASIC, "'": _LITERAL}.get(sign, _BARE))
            raw = self._text[start : self._at]
            is_quoted = sign in "\"'"
            parts.append(str(loads(f"key = {raw}")["key"]) if is_quoted else raw)
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, path: TablePath) -> None:
        self._skip(_SPACE)
        for begin, pattern in (
            ('"""', _LONG_BASIC),
            ("'''", _LONG_LITERAL),
            ('"', _BASIC),
            ("'", _LITERAL),
        ):
            if self._text.startswith(begin, self._at):
                self._skip(pattern)
                return
        sign = self._text[self._at]
        if sign in "[{":
            self._at += 1
            index = 0
            while self._text[self._skip(_BLANK)] not in "]}":
                if sign == "[":
                    self._note((*path, index), self._at)
                    self._value((*path, index))
                else:
                    self._pair(path)
                index += 1
                if self._text[self._skip(_BLANK)] == ",":
                    self._at += 1
            self._at += 1
        else:
            self._skip(_PLAIN)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return self._at

    def _note(self, path: TablePath, at: int) -> None:
        if path not in self._places:
            line = bisect.bisect_right(self._lines, at)
            begin = self._lines[line - 1] if line else 0
            self._places[path] = Position(line + 1, at - begin + 1)
