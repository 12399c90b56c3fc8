"""Benchmarks and comparisons as text, CSV and HTML pages.

What lives here: what people read. What may not: measuring, statistics and JSON. Start
reading at ``text.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .comparison_report import comparison_page
    from .page import record_page
    from .tables import comparison_csv, record_csv
    from .text import comparison_lines, record_lines
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "comparison_report": "comparison_page",
            "page": "record_page",
            "tables": "comparison_csv record_csv",
            "text": "comparison_lines record_lines",
        },
    )
