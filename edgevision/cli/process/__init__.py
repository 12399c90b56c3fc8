"""The process of a command: its signals, its standard output and its end.

What lives here: what a signal does from the first moment to the last, and how the
process ends. What may not: what a command does. Start reading at ``signals.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .opening import ending_when_hanging, stoppable_opening
    from .orderly import is_orderly
    from .scarcity import refusal_of_resources, save_address_space
    from .signals import (
        STOPPED,
        begin_signals,
        begin_work,
        end_by_signal,
        end_interrupted,
        end_process,
        is_stopped,
        on_reload,
        on_stop,
    )
    from .standard_output import StandardOutput
    from .streams import open_closed_streams
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "opening": "ending_when_hanging stoppable_opening",
            "orderly": "is_orderly",
            "scarcity": "refusal_of_resources save_address_space",
            "signals": (
                "STOPPED begin_signals begin_work end_by_signal end_interrupted "
                "end_process is_stopped on_reload on_stop"
            ),
            "standard_output": "StandardOutput",
            "streams": "open_closed_streams",
        },
    )
