"""A clip of this or an earlier run, as its JSON tells: what belongs to it, and when."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from .clip_record import KIND

_LARGEST: Final = 1 << 20


@dataclass(frozen=True)
class KeptClip:
    """A clip that is whole.

    Attributes:
        stem: Its name without the end.
        wall_s: When its event was reported, in seconds since 1970.
        names: Its files, the JSON as the last one.
        size: Their bytes.
    """

    stem: str
    wall_s: float
    names: tuple[str, ...]
    size: int = 0

    def with_size(self, folder: Path) -> KeptClip:
        """Return it with the size that its files have now; absent ones have none."""
        size = 0
        for name in self.names:
            with suppress(OSError):
                size += os.lstat(folder / name).st_size
        return replace(self, size=size)

    def remove(self, folder: Path) -> None:
        """Remove its files; the JSON is the last, so that a rest is known as ours.

        Raises:
            OSError: One cannot be removed.
        """
        for name in self.names:
            with suppress(FileNotFoundError):
                os.unlink(folder / name)


def read_kept_clip(folder: Path, stem: str) -> KeptClip | None:
    """Return the clip of a JSON; None where it is none of ours.

    Only files whose names begin with that of the JSON belong to a clip, whatever the
    JSON says: it may be anybody's.
    """
    path = folder / f"{stem}.json"
    record = read_record(path)
    if record is None:
        return None
    files = record.get("files")
    names = [
        name
        for name in (files.values() if isinstance(files, dict) else ())
        if isinstance(name, str)
        and os.path.basename(name) == name
        and name in (f"{stem}{end}" for end in (".mp4", ".mkv", ".jpg", "-box.jpg"))
    ]
    clip = KeptClip(stem, _wall_of(record, path), (*names, path.name))
    return clip.with_size(folder)


def read_record(path: Path) -> dict[str, Any] | None:
    """Return the JSON of a clip; None where a file holds anything else."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return None
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        return None
    return record


def _wall_of(record: dict[str, Any], path: Path) -> float:
    times = record.get("time")
    text = times.get("reported") if isinstance(times, dict) else None
    if isinstance(text, str):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
