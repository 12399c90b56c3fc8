"""What commands show at their end: text and pages that are longer than a few lines.

What lives here: functions from a result to lines or to an HTML page. What may not:
options and exit codes. Start reading at ``inspect_report.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .convert_report import convert_lines
    from .demo_report import show_classifier, show_detector
    from .demo_steps import next_commands, train_and_convert
    from .report_files import write_reports
    from .search_report import search_lines
    from .train_report import train_lines
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "convert_report": "convert_lines",
            "demo_report": "show_classifier show_detector",
            "demo_steps": "next_commands train_and_convert",
            "report_files": "write_reports",
            "search_report": "search_lines",
            "train_report": "train_lines",
        },
    )

MODULES: Final = ("inspect_report",)
"""Modules that others use whole, by their names."""
