"""Commands that signals end in order, and the terminal whose end is such a signal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

_ORDERLY: Final = ("app", "regions", "run")
# With these, an app is only looked at: an end before the answer is no success.
_ONLY_LOOKS: Final = frozenset({"--check", "--check-cameras", "--schema"})


def is_orderly(words: Sequence[str]) -> bool:
    """Return whether Ctrl-C, SIGTERM and SIGHUP end a command with exit code 0.

    Args:
        words: The command's name, and what stands behind it.
    """
    return "".join(words[:1]) in _ORDERLY and not _ONLY_LOOKS.intersection(words)


def is_reloadable(words: Sequence[str]) -> bool:
    """Return whether SIGHUP asks a command to read its file again.

    Args:
        words: As for :func:`is_orderly`.
    """
    return words[:1] == ["app"] and is_orderly(words) and "--explain" not in words


def has_terminal() -> bool:
    """Return whether this process has a terminal; one that was closed is none."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
