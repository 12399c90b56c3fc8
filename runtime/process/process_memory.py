"""How much memory this process holds, from ``/proc``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")


def resident_bytes() -> int:
    """Return the memory that this process holds now; 0 where it is not told."""
    return _field("VmRSS")


def peak_bytes() -> int:
    """Return the most that it held since the start or the last ``reset_peak``."""
    return _field("VmHWM")


def reset_peak() -> bool:
    """Forget the peak; False where the system does not allow it."""
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
