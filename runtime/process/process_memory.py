"""The memory of this process, from ``/proc``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")


def resident_bytes() -> int:
    """Return the memory of this process now; 0 means that it is not known."""
    return _field("VmRSS")


def peak_bytes() -> int:
    """Return the largest memory since the start or the last ``reset_peak``."""
    return _field("VmHWM")


def reset_peak() -> bool:
    """Start a new peak; return False where the system does not allow it."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")
        return True
    return False


def _field(name: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
