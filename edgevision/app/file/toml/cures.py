"""What to do about a line that is no TOML."""

from __future__ import annotations

import re
from typing import Final

from .loading import TomlSyntaxError

_PAIR: Final = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=\s*([^\"'\[{#\s][^#]*?)\s*(?:#.*)?")
_COLON: Final = re.compile(r"\s*(?:- )?([A-Za-z0-9_-]+)\s*:\s*([^#]*?)\s*(?:#.*)?")
_PLAIN: Final = re.compile(r"true|false|[-+0-9][-+0-9.]*|[\"'\[{].*")
_KEY_TABLES: Final = {
    "sink": "[[sink]]",
    "camera": "[camera.NAME]",
    "rule": "[rule.NAME]",
}
_NO_COMMA: Final = re.compile(r"[\])\"'0-9]\s+[\[(\"'0-9]|\]\[")
_TWICE: Final = ("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate")


def cure(error: TomlSyntaxError, line: str) -> str:
    """Return one next step for a text that is no TOML.

    Args:
        error: What the reader says.
        line: The line that it names.
    """
    if error.reason.endswith("too deeply"):
        return (
            "Write a closing bracket for each one that opens; no table is deeper than "
            "[camera.yard.region.lawn]."
        )
    if any(sign in line for sign in "“”„‘’"):
        return 'Write straight quotes: "text".'
    if error.reason.startswith(_TWICE):
        more = " A second model is [model.then]." if line.strip() == "[model]" else ""
        return f"It stands in the file twice: write it once.{more}"
    if "\\" in line and ("\\" in error.reason or "hex value" in error.reason):
        return "Write a text with backslashes in single quotes: 'C:\\clips'."
    if re.match(r"\s*\[\[?[A-Za-z_]", line):
        if "]" not in line:
            return "The name of a table stands in brackets: [camera.yard]."
        return "A name has letters, digits, '_' and '-': [camera.front_yard]."
    colon = _COLON.fullmatch(line)
    if colon and "=" in error.reason:
        return _of_colon(colon[1], colon[2])
    pair = _PAIR.fullmatch(line)
    if pair and pair[2] in ("yes", "no", "on", "off", "True", "False"):
        is_true = pair[2] in ("yes", "on", "True")
        return f"Write {pair[1]} = {'true' if is_true else 'false'}"
    if pair and "=" not in pair[2]:
        return f'A text stands in quotes: {pair[1]} = "{pair[2]}"'
    if "Unterminated" in error.reason:
        return "Write the quotes at the end of the text."
    if "Unclosed" in error.reason and _NO_COMMA.search(line):
        return "Write a comma between two items: [[0.1, 0.5], [0.9, 0.5]]."
    if "Unclosed" in error.reason:
        return "Write a closing bracket for each one that opens."
    return 'A line is KEY = VALUE, such as max_fps = 5 or source = "csi:".'


def _of_colon(key: str, value: str) -> str:
    """Return the cure for a line of YAML, ``key: value`` or ``key:``."""
    if not value:
        table = _KEY_TABLES.get(key, f"[{key}]")
        return f"The file is TOML, not YAML: write a table as {table}."
    is_plain = _PLAIN.fullmatch(value) is not None
    return f"Write {key} = {value}" if is_plain else f'Write {key} = "{value}"'
