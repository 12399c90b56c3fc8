"""The profile that counts here: the user's own, the board's, or the generic one."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Final

from . import profile
from .detect import Machine, board
from .profile import Profile

PROFILE_VARIABLE: Final = "EDGEVISION_PROFILE"
"""Environment variable that names a profile file of the user's own."""

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
        machine: From :func:`~edgevision.devices.detect.detect`.

    Raises:
        DeviceProfileError: The user's file cannot be read or breaks the rules.
    """
    chosen = _users() or _board_profile(machine.board)
    if chosen:
        return chosen
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
    """Return how board names begin, each with the id of its profile.

    Only one line of each file is read: every opening of a model needs this, and a slow
    board takes a tenth of a second to read the whole files.
    """
    boards: list[tuple[str, str]] = []
    for path in sorted(profile.FOLDER.glob("*.toml")):
        match = _BOARDS_LINE.search(path.read_text("utf-8"))
        names = re.findall(r'"([^"]+)"', match[1]) if match else []
        boards.extend((name, path.stem) for name in names)
    return tuple(boards)
