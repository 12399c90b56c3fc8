"""The sentence for what the operating system refuses to open, read or write."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from ...errors import shown

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CURES: Final[dict[int | None, str]] = {
    errno.ENOENT: "Check the path.",
    errno.ENOTDIR: "Check the path.",
    errno.EISDIR: "Pass the name of a file.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EACCES: "Change its permissions, or choose another place.",
    errno.EPERM: "Change its permissions, or choose another place.",
    errno.EROFS: "Choose a place that can be written to.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "Close other programs.",
    errno.ENOMEM: "Close other programs.",
    errno.EAGAIN: "Close other programs, or raise the limits (ulimit -a).",
    errno.EIO: "The disk may be broken: see dmesg.",
}


def system_refusal(error: OSError) -> str:
    """Return what the operating system refuses, why, and what to do; empty if unknown.

    A disk that is full and a name that is too long are no faults of EdgeVision.
    """
    name = error.filename
    where = "" if not isinstance(name, (str, Path)) else f" {shown(Path(name), 200)}"
    if error.errno == errno.EFBIG and error.strerror != os.strerror(errno.EFBIG):
        # Our own words for what takes too much memory; see runtime/memory/.
        return f"Cannot read{where}: {error.strerror}. Take a smaller file."
    if error.errno in _FULL:
        return (
            f"Cannot write{where}: {error.strerror}. Free space, or write to another "
            "disk."
        )
    cure = _CURES.get(error.errno)
    if cure is None:
        return ""
    what = f"Cannot use{where}" if where else "The operating system refuses"
    return f"{what}: {error.strerror}. {cure}"
