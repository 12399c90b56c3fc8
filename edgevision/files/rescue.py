"""Files that a killed process had written, but that had no name so far."""

from __future__ import annotations

import os
import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from .parts import WHOLE, open_if_dead, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = re.compile(rf"\.(.+)\.([0-9a-f]{{8}}){re.escape(WHOLE)}", re.DOTALL)


def rescue_whole_files(folder: str | Path) -> int:
    """Give the files that dead processes had kept their names; remove those in part.

    See :meth:`~.parts.PartFile.keep`. A file that exists is not replaced.

    Returns:
        How many files have their names now.
    """
    try:
        with os.scandir(folder) as entries:
            matches = [_NAME.fullmatch(entry.name) for entry in entries]
    except OSError:
        return 0
    rescued = 0
    for match in filter(None, matches):
        place = os.path.join(folder, match[0])
        target = os.path.join(folder, match[1])
        with suppress(OSError):
            rescued += _rescue(place, target, int(match[2], 16))
    if rescued:
        sync_folder(folder)
    return rescued


def _rescue(place: str, target: str, checksum: int) -> bool:
    with open_if_dead(place) as descriptor:
        if descriptor is None:
            return False
        with open(descriptor, "rb", closefd=False) as file:
            is_whole = zlib.crc32(file.read()) == checksum
        if not is_whole or os.path.lexists(target):
            os.unlink(place)
            return False
        os.fsync(descriptor)
        os.rename(place, target)
        return True
