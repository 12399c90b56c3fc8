"""How fast a model is here, and whether to believe it.

What lives here: measurement in turns, statistics, records, comparison, and their text
and page. What may not: options of the command line. Start reading at ``session.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .case import read_pictures
    from .measurement import Plan
    from .session import run
    from .statistics import quieter_half
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "case": "read_pictures",
            "measurement": "Plan",
            "session": "run",
            "statistics": "quieter_half",
        },
    )

MODULES: Final = ("comparison", "page", "text")
"""Modules that others use whole, by their names."""
