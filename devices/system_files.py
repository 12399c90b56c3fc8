"""Files of the system, below a root that a test can replace.

Every read is tolerant: None means that a file is missing, offline, a folder or not
readable for this user.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT_VARIABLE: Final = "EDGEVISION_SYSTEM_ROOT"
_CHUNK: Final = 65536
_LIMIT: Final = 4 * 1024 * 1024


class Tree:
    """The folders ``/proc``, ``/sys`` and ``/etc`` below a root folder.

    Attributes:
        root: The folder that stands for ``/``; ``$EDGEVISION_SYSTEM_ROOT`` or ``/``.
    """

    def __init__(self, root: str | os.PathLike[str] | None = None) -> None:
        self.root = Path(root or os.environ.get(ROOT_VARIABLE) or "/")

    @property
    def is_live(self) -> bool:
        """Tell whether this is the machine itself and not the tree of a test."""
        return self.root == Path("/")

    def path(self, name: str) -> Path:
        """Return where an absolute path lies below the root."""
        return self.root / name.lstrip("/")

    def text(self, name: str | Path) -> str | None:
        """Return a small file's text without NULs and outer spaces, or None.

        Args:
            name: An absolute path as the system spells it, or a path from ``paths``.
        """
        path = name if isinstance(name, Path) else self.path(name)
        # os.read and not open(): an offline thermal zone answers EAGAIN, for which
        # Python's text layer raises TypeError. O_NONBLOCK: a FIFO must not hang us.
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        parts = []
        size = 0
        try:
            while size < _LIMIT and (part := os.read(handle, _CHUNK)):
                parts.append(part)
                size += len(part)
        except OSError:
            return None
        finally:
            os.close(handle)
        return b"".join(parts).decode("utf-8", "replace").replace("\0", "").strip()

    def integer(self, name: str | Path) -> int | None:
        """Return the decimal or 0x number that a file holds, or None."""
        text = self.text(name)
        if not text:
            return None
        try:
            return int(text.split()[0], 0)
        except ValueError:
            return None

    def paths(self, pattern: str) -> list[Path]:
        """Return the paths that match an absolute glob pattern, in natural order."""
        try:
            matches = list(self.root.glob(pattern.lstrip("/")))
        except OSError:
            return []
        return sorted(matches, key=lambda path: (len(path.as_posix()), str(path)))
