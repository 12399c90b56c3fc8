"""The steps of threads, and a watch over steps that do not end.

What lives here: what a thread does now, since when, and who hears that it takes too
long. What may not: what is done about it. Start reading at ``watchdog.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .invoke_limit import InvokeLimit
    from .step import Invoke, Step, Waiting, step_of
    from .watchdog import Watchdog
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "invoke_limit": "InvokeLimit",
            "step": "Invoke Step Waiting step_of",
            "watchdog": "Watchdog",
        },
    )
