"""What commands show at their end: text and pages that are longer than a few lines.

What lives here: functions from a result to lines or to an HTML page. What may not:
options, exit codes and work. Start reading at ``inspect_report.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .demo_report import show_classifier, show_detector
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "demo_report": "show_classifier show_detector",
        },
    )

MODULES: Final = ("inspect_report",)
"""Modules that others use whole, by their names."""
