"""Self-contained HTML pages and the plots in them.

What lives here: one page builder and inline SVG plots, standard library only. What may
not: what a particular report says. Start reading at ``page.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import lazy_names

if TYPE_CHECKING:
    from .page import Page
    from .plot import histogram, line_plot, ticks
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "page": "Page",
            "plot": "histogram line_plot ticks",
        },
    )
