"""The profile that counts here: the user's own, the board's, or the generic one."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from .board_name import board

# Most machines have no profile, and every opening of a model asks for one.
if TYPE_CHECKING:
    from .detect import Machine
    from .profile import Profile

PROFILE_VARIABLE: Final = "EDGEVISION_PROFILE"
"""Environment variable that names a profile file of the user's own."""

_BOARDS_LINE: Final = r"(?m)^boards = \[([^\]]*)\]"
_FOLDER: Final = os.path.join(os.path.dirname(os.path.realpath(__file__)), "profiles")


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
    return _load(generic) if generic else None


def _users() -> Profile | None:
    path = os.environ.get(PROFILE_VARIABLE)
    if not path:
        return None
    from .profile import read

    return read(path)


def _load(id: str) -> Profile:
    from .profile import load

    return load(id)


@lru_cache(maxsize=8)
def _board_profile(name: str) -> Profile | None:
    best, id = 0, ""
    for start, candidate in _boards():
        if name.startswith(start) and len(start) > best:
            best, id = len(start), candidate
    return _load(id) if id else None


@lru_cache(maxsize=1)
def _boards() -> tuple[tuple[str, str], ...]:
    """Return how board names begin, each with the id of its profile.

    Only one line of each file is read: every opening of a model needs this, and a slow
    board takes a tenth of a second to read the whole files.
    """
    boards: list[tuple[str, str]] = []
    for file in sorted(os.listdir(_FOLDER)):
        id, suffix = os.path.splitext(file)
        if suffix != ".toml":
            continue
        with open(os.path.join(_FOLDER, file), encoding="utf-8") as lines:
            match = re.search(_BOARDS_LINE, lines.read())
        names = re.findall(r'"([^"]+)"', match[1]) if match else []
        boards.extend((name, id) for name in names)
    return tuple(boards)
