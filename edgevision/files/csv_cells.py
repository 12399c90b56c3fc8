"""The cells of a CSV file: texts that a spreadsheet does not run as formulas."""

from __future__ import annotations

import re
from typing import Any, Final

# A cell that begins so is a formula for Excel, LibreOffice or Google Sheets; so are the
# full-width forms (OWASP, "CSV Injection").
_STARTS: Final = "=+-@\uff1d\uff0b\uff0d\uff20"
_ANY_START: Final = re.compile(f"[{re.escape(_STARTS)}]")
# Where the system's list separator is ";" or a tab, Excel cuts our lines there and at
# quoted line breaks, and what follows begins a cell, too.
_SEPARATOR: Final = re.compile(r"([;\t\r\n])")
_SKIPPED: Final = ' "\u00a0\ufeff'
_NUMBER: Final = r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?"
_NUMBERS: Final = re.compile(rf"{_NUMBER}( {_NUMBER})*", re.ASCII)


def csv_cell(value: Any) -> Any:
    """Return a value as it stands in a cell: no text is a formula.

    An apostrophe stands before what a spreadsheet would run; spreadsheets take what
    follows it as text. Numbers stay, also those that are texts ("-1"). Zero bytes,
    which no reader of CSV takes, are left out.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "")
    if not _ANY_START.search(text):
        return text
    if len(text) < 2 or _NUMBERS.fullmatch(text):
        return text
    return "".join(map(_plain, _SEPARATOR.split(text)))


def csv_column(name: str) -> str:
    """Return the name of a column on one line, which is no formula either."""
    return str(csv_cell(" ".join(name.splitlines())))


def _plain(piece: str) -> str:
    body = piece.lstrip(_SKIPPED)
    if not body or body[0] not in _STARTS:
        return piece
    return piece[: len(piece) - len(body)] + "'" + body
