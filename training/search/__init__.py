"""Find the best network that is quick enough on this device.

What lives here: candidates, their latency, successive halving, and the table of
results. What may not: training itself, which ``loop/`` does. Start reading at
``run_search.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .plan import SearchPlan
    from .report import SearchReport
    from .run_search import search
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "plan": "SearchPlan",
            "report": "SearchReport",
            "run_search": "search",
        },
    )
