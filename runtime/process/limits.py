"""Limits that a child process sets for itself before it does anything risky."""

from __future__ import annotations

import os
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
# Address space that needs no memory: stacks of threads, and what allocators reserve.
_RESERVED: Final = 2**30
# What a small model needs, also where a group's soft limit leaves nothing.
_LEAST: Final = 64 * 2**20


def limit_this_process(parent: int, *, cpu_seconds: int, file_bytes: int) -> None:
    """Limit this process, and let it end with its parent.

    The parent's end is noticed in two ways: the system sends a signal, and the standard
    input ends, which the parent holds open. Where the system has no such limits,
    nothing happens.

    Args:
        parent: Process id of the parent; when another one is the parent by now, this
            process ends at once.
        cpu_seconds: Processor time after which the system stops this process.
        file_bytes: The size of a file beyond which nothing is written.
    """
    import signal
    import threading

    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass
    # Between the start and the call above the parent may have ended.
    if os.getppid() != parent:
        raise SystemExit(1)
    threading.Thread(target=_end_with_input, name="parent", daemon=True).start()
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    except (ImportError, ValueError, OSError):
        return


def limit_memory(*, maps_freely: bool = False) -> None:
    """Let this process take what the device has free now, and no more.

    Call it when the libraries are loaded: an allocation beyond it fails here, where
    else the system would end whatever process it likes.

    Args:
        maps_freely: Whether a driver is used, which may map far more than there is.
    """
    try:
        import resource

        from ...devices.memory import available_bytes

        free = available_bytes()
        if free == sys.maxsize:
            return
        free = max(free, _LEAST)
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = [int(word) for word in file.read().split()]
        page = os.sysconf("SC_PAGE_SIZE")
        # Of the process: its own data (on Linux what is private and can be written),
        # and all that it maps.
        _lower(resource.RLIMIT_DATA, pages[5] * page + free)
        if sys.maxsize > 2**32 and not maps_freely:
            _lower(resource.RLIMIT_AS, pages[0] * page + free + _RESERVED)
    except (ImportError, ValueError, OverflowError, OSError, IndexError):
        return


def _lower(kind: int, limit: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, limit))


def _end_with_input() -> None:
    while os.read(0, 64):
        pass
    os._exit(1)
