"""The pieces of a TOML text: where each header and each key with its value stands.

The scanner reads a text that a TOML reader has accepted, so it checks nothing.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass
from typing import Any, Final

_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|""?(?!"))*"{3,5}'
    r"|'''(?:[^']|''?(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[{]|[\]}]|\n|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)
_KEY: Final = re.compile(r'[ \t]*("(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+)[ \t]*')


@dataclass(frozen=True)
class TomlPiece:
    """A header or a pair of key and value.

    Attributes:
        path: The keys of a header, or those before ``=``.
        is_header: Whether it is ``[a.b]`` or ``[[a.b]]``.
        is_array: Whether it is ``[[a.b]]``.
        start: Index of its first character in the text.
        end: Index behind its last character; a comment behind it is not part of it.
    """

    path: tuple[str, ...]
    is_header: bool
    is_array: bool
    start: int
    end: int


def pieces_of(text: str) -> list[TomlPiece]:
    """Return the pieces of a TOML text, in its order."""
    pieces: list[TomlPiece] = []
    start = end = depth = 0
    is_open = False

    def finish() -> None:
        nonlocal is_open
        if is_open:
            pieces.append(_piece(text, start, end))
        is_open = False

    for token in _TOKEN.finditer(text):
        part = token[0]
        if part == "\n" and not depth:
            finish()
        elif part.startswith("#") or not part.strip():
            continue
        else:
            if not is_open:
                is_open = True
                start = token.start() + len(part) - len(part.lstrip())
            depth += (part in "[{") - (part in "]}")
            end = token.start() + len(part.rstrip())
    finish()
    return pieces


def _piece(text: str, start: int, end: int) -> TomlPiece:
    if text.startswith("[", start):
        is_array = text.startswith("[[", start)
        path = _keys(text, start + 1 + is_array)
        return TomlPiece(path, True, is_array, start, end)
    return TomlPiece(_keys(text, start), False, False, start, end)


def _keys(text: str, at: int) -> tuple[str, ...]:
    keys = []
    while match := _KEY.match(text, at):
        word = match[1]
        keys.append(_plain(word))
        at = match.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(keys)


def _plain(word: str) -> str:
    if word[0] == "'":
        return word[1:-1]
    if word[0] != '"':
        return word
    return str(toml_tables(f"key = {word}")["key"])


def toml_tables(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        ValueError: It is no TOML.
    """
    # tomllib came with Python 3.11; tomli is the same module for 3.10.
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        tables: dict[str, Any] = importlib.import_module(name).loads(text)
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None
    return tables
