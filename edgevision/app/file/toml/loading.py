"""TOML by the standard library, or by ``tomli`` on Python 3.10."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any


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
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        tables: dict[str, Any] = importlib.import_module(name).loads(text)
    except RecursionError:
        raise TomlSyntaxError("brackets are nested too deeply", 1, 1) from None
    except ValueError as error:
        raise _located(str(error), text) from error
    return tables


def _located(sentence: str, text: str) -> TomlSyntaxError:
    match = re.search(r" \(at line (\d+), column (\d+)\)$", sentence)
    if match:
        return TomlSyntaxError(sentence[: match.start()], int(match[1]), int(match[2]))
    lines = text.rstrip().splitlines() or [""]
    reason = re.sub(r" \(at end of document\)$", "", sentence)
    return TomlSyntaxError(reason, len(lines), len(lines[-1]) + 1)
