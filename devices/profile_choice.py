"""Which profile counts here: the user's own, the board's, or the generic one."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Final

from . import profile
from .detect import Machine, board
from .profile import Profile

PROFILE_VARIABLE: Final = "EDGEVISION_PROFILE"
"""Names a profile file of the user's own, which then counts before the board's."""

_BOARDS_LINE: Final = re.compile(r"^boards = \[([^\]]*)\]", re.MULTILINE)


def own(root: str | os.PathLike[str] | None = None) -> Profile | None:
    """Return the user's profile (``$EDGEVISION_PROFILE``), else this board's, or None.

    Args:
        root: Folder that stands for ``/``.

    Raises:
        DeviceProfileError: The user's file cannot be read or breaks the rules.
    """
    return _users() or _board_profile(board(root))


def find(machine: Machine) -> Profile | None:
    """Return the user's profile, a machine's, the generic one of its kind, or None.

    Args:
        machine: What :func:`~edgevision.devices.detect.detect` found.

    Raises:
        DeviceProfileError: The user's file cannot be read or breaks the rules.
    """
    found = _users() or _board_profile(machine.board)
    if found:
        return found
    generic = {"aarch64": "aarch64", "x86_64": "x86-64"}.get(machine.cpu.machine)
    return profile.load(generic) if generic else None


def _users() -> Profile | None:
    path = os.environ.get(PROFILE_VARIABLE)
    return profile.read(path) if path else None


@lru_cache(maxsize=8)
def _board_profile(name: str) -> Profile | None:
    best, id = 0, ""
    for start, candidate in _boards():
        if name.startswith(start) and len(start) > best:
            best, id = len(start), candidate
    return profile.load(id) if id else None


@lru_cache(maxsize=1)
def _boards() -> tuple[tuple[str, str], ...]:
    """Return beginnings of board names with the profile that they mean.

    Only the one line is read of each file: every model that is opened asks for it, and
    a slow board needs a tenth of a second to read them all whole.
    """
    found: list[tuple[str, str]] = []
    for path in sorted(profile.FOLDER.glob("*.toml")):
        match = _BOARDS_LINE.search(path.read_text("utf-8"))
        names = re.findall(r'"([^"]+)"', match[1]) if match else []
        found.extend((name, path.stem) for name in names)
    return tuple(found)
