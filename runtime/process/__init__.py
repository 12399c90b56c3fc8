"""Child processes of this Python, the end of their error output, and memory.

What lives here: what several rooms need to start and watch processes. What may not:
what the children do. Start reading at ``child.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .error_stream import Overheard, end_overhearing, overhear, pass_on
    from .limits import limit_memory, limit_this_process
    from .process_memory import resident_bytes
    from .sealed_file import SealedFile
    from .stderr_tail import StderrTail
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "error_stream": "Overheard end_overhearing overhear pass_on",
            "limits": "limit_memory limit_this_process",
            "process_memory": "resident_bytes",
            "sealed_file": "SealedFile",
            "stderr_tail": "StderrTail",
        },
    )

MODULES: Final = ("process_memory",)
"""Modules that others use whole, by their names."""
