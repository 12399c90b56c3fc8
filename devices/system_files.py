"""Files of the system, below a root that a test can replace.

Every read is tolerant: None means that a file is missing, offline, a folder or not
readable for this user.
"""

from __future__ import annotations

import os
from pathlib import Path

from .board_name import ROOT_VARIABLE, read_text


class Tree:
    """The folders ``/proc``, ``/sys`` and ``/etc`` below a root folder.

    Attributes:
        root: The folder that stands for ``/``; ``$EDGEVISION_SYSTEM_ROOT`` or ``/``.
    """

    def __init__(self, root: str | os.PathLike[str] | None = None) -> None:
        self.root = Path(root or os.environ.get(ROOT_VARIABLE) or "/")

    @property
    def is_live(self) -> bool:
        """Return whether this is the machine itself and not the tree of a test."""
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
        return read_text(path)

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
