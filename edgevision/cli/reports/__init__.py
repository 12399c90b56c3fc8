"""What commands show at their end: text and pages that are longer than a few lines.

What lives here: functions from a result to lines or to an HTML page. What may not:
options and exit codes. Start reading at ``inspect_report.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .convert_report import convert_lines
    from .demo_report import show_classifier, show_detector
    from .demo_steps import next_commands, train_and_convert
    from .inspect_report import fill_model_page, folder_table, model_lines
    from .keras_report import keras_lines
    from .report_files import write_reports
    from .search_report import search_lines
    from .table import columns
    from .train_report import train_lines
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "convert_report": "convert_lines",
            "demo_report": "show_classifier show_detector",
            "demo_steps": "next_commands train_and_convert",
            "report_files": "write_reports",
            "inspect_report": "fill_model_page folder_table model_lines",
            "keras_report": "keras_lines",
            "search_report": "search_lines",
            "table": "columns",
            "train_report": "train_lines",
        },
    )
