"""Texts of others, in which everything that is obeyed or cannot be written is shown."""

from __future__ import annotations

import re
from typing import Final

UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control codes, line and paragraph separators, marks that change the direction of
writing, and halves of characters, which no encoding can write."""


def printable(text: str) -> str:
    r"""Return a text in which control characters are shown as escapes.

    A label or a file name of somebody else's may hold codes that a terminal obeys.

    Example:
        >>> printable("cat\x1b[2J")
        'cat\\x1b[2J'
    """
    return UNSAFE.sub(
        lambda match: match[0].encode("unicode_escape").decode("ascii"), text
    )


def is_whole(text: str) -> bool:
    """Return whether a text can be written: no byte of it is a half of a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
