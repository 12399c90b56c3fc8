"""The golden check: eight inputs made by a formula, and the answers a file must give.

What lives here: the inputs, the comparison, and where a check was made. What may not:
decisions about opening a file. Start reading at ``golden_check.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .golden_check import check
    from .origin_of_check import made_elsewhere
    from .verdict import GoldenVerdict
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "golden_check": "check",
            "origin_of_check": "made_elsewhere",
            "verdict": "GoldenVerdict",
        },
    )

MODULES: Final = ("golden_check",)
"""Modules that others use whole, by their names."""
