"""Where things were, and how many in each hour: figures of days in constant memory.

What lives here: the map of seconds, the counts by hour, and the folder that keeps both
over restarts. What may not: tracking, and what a region is. Start reading at
``heat_folder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .day_counts import DayCounts, HourRow
    from .heat_folder import EVERY_S, HeatFolder
    from .heat_grid import HeatGrid
    from .heat_record import HeatRecord
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "day_counts": "DayCounts HourRow",
            "heat_folder": "EVERY_S HeatFolder",
            "heat_grid": "HeatGrid",
            "heat_record": "HeatRecord",
        },
    )
