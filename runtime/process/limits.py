"""Limits that a child process sets for itself before it does anything risky."""

from __future__ import annotations

import os
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def limit_this_process(parent: int, *, cpu_seconds: int, more_bytes: int) -> None:
    """Limit this process, and let it end with its parent.

    Where the system has no such limits, nothing happens.

    Args:
        parent: Process id of the parent; when another one is the parent by now, this
            process ends at once.
        cpu_seconds: Processor time after which the system stops this process.
        more_bytes: Address space beyond the machine's memory; libraries and threads'
            stacks are mapped, and need no memory.
    """
    import signal

    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass
    # Between the start and the call above the parent may have ended.
    if os.getppid() != parent:
        raise SystemExit(1)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        if sys.maxsize > 2**32:
            limit = memory + more_bytes
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        return
