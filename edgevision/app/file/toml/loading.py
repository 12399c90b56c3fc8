"""TOML by the standard library, or by ``tomli`` on Python 3.10."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any, Final

_DEEPEST: Final = 50
_DEEP: Final = "keys or brackets are nested too deeply"
# The readers take a time that grows with the square of a dotted key's parts.
_PART: Final = r"""(?:[\w-]{1,300}|"[^"\n]{0,300}"|'[^'\n]{0,300}')"""
_LONG_KEY: Final = re.compile(rf"(?:\.[ \t]*{_PART}[ \t]*){{100}}")


class TomlSyntaxError(ValueError):
    """A text that is no TOML.

    Attributes:
        reason: What the reader says, without the place.
        line: From 1; the last line where the text ends too early.
        column: From 1.
    """

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason, self.line, self.column = reason, line, column


def loads(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        TomlSyntaxError: It is no TOML, or nested too deeply.
    """
    long_key = _LONG_KEY.search(text)
    if long_key is not None:
        line = text.count("\n", 0, long_key.start()) + 1
        raise TomlSyntaxError(_DEEP, line, 1)
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        tables: dict[str, Any] = importlib.import_module(name).loads(text)
    except RecursionError:
        raise TomlSyntaxError(_DEEP, 1, 1) from None
    except ValueError as error:
        raise _located(str(error), text) from error
    if _is_deep(tables):
        raise TomlSyntaxError(_DEEP, 1, 1)
    return tables


def _is_deep(tables: dict[str, Any]) -> bool:
    level: list[Any] = [tables]
    for _ in range(_DEEPEST):
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, (dict, list))
        ]
    return bool(level)


def _located(sentence: str, text: str) -> TomlSyntaxError:
    match = re.search(r" \(at line (\d+), column (\d+)\)$", sentence)
    if match:
        return TomlSyntaxError(sentence[: match.start()], int(match[1]), int(match[2]))
    lines = text.rstrip().splitlines() or [""]
    reason = re.sub(r" \(at end of document\)$", "", sentence)
    return TomlSyntaxError(reason, len(lines), len(lines[-1]) + 1)
