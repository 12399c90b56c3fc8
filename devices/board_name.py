"""The name of the board, from small files of the system.

Every opening of a model may ask for it, so this module imports almost nothing.
"""

from __future__ import annotations

import os
from typing import Final

ROOT_VARIABLE: Final = "EDGEVISION_SYSTEM_ROOT"
_CHUNK: Final = 65536
_LIMIT: Final = 4 * 1024 * 1024


def board(root: str | os.PathLike[str] | None = None) -> str:
    """Return the board's name from the device tree or the firmware; empty if none.

    Args:
        root: Folder that stands for ``/``; None means ``$EDGEVISION_SYSTEM_ROOT`` or
            ``/``.
    """
    base = os.fspath(root or os.environ.get(ROOT_VARIABLE) or "/")
    for name in (
        "proc/device-tree/model",
        "sys/firmware/devicetree/base/model",
        "sys/class/dmi/id/product_name",
    ):
        text = read_text(os.path.join(base, name))
        if text:
            return text
    return ""


def read_text(path: str | os.PathLike[str]) -> str | None:
    """Return a small file's text without NULs and outer spaces, or None."""
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
