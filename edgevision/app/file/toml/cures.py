"""What to do about a line that is no TOML."""

from __future__ import annotations

import re
from typing import Final

from .loading import TomlSyntaxError

_PAIR: Final = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=\s*([^\"'\[{#\s][^#]*?)\s*(?:#.*)?")
_COLON: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*:\s*(.*)")
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
        return "It stands in the file twice: write it once."
    if "\\" in line and "\\" in error.reason:
        return "Write a text with backslashes in single quotes: 'C:\\clips'."
    if line.lstrip().startswith("[") and "]" not in line:
        return "The name of a table stands in brackets: [camera.yard]."
    colon = _COLON.fullmatch(line)
    if colon and "=" in error.reason:
        return f"Write {colon[1]} = {colon[2] or '...'}"
    pair = _PAIR.fullmatch(line)
    if pair and pair[2] in ("yes", "no", "on", "off", "True", "False"):
        is_true = pair[2] in ("yes", "on", "True")
        return f"Write {pair[1]} = {'true' if is_true else 'false'}"
    if pair and "=" not in pair[2]:
        return f'A text stands in quotes: {pair[1]} = "{pair[2]}"'
    if "Unterminated" in error.reason:
        return "Write the quotes at the end of the text."
    if "Unclosed" in error.reason:
        return "Write a closing bracket for each one that opens."
    return 'A line is KEY = VALUE, such as max_fps = 5 or source = "csi:".'
