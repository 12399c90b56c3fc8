"""Zones and lines of the frame: who is inside, for how long, who crossed which way.

What lives here: regions, counts by tracks, their drawing. What may not: tracking, and
rules about what a count means. Start reading at ``zone.py`` and ``line.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .counter import RegionCounter
    from .line import Line
    from .points import PARTS, Point
    from .region_stage import RegionStage
    from .snapshot import RegionCrossing, RegionSnapshot, RegionState, Stay
    from .zone import MARGIN, SETTLE_S, Zone
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "counter": "RegionCounter",
            "line": "Line",
            "points": "PARTS Point",
            "region_stage": "RegionStage",
            "snapshot": "RegionCrossing RegionSnapshot RegionState Stay",
            "zone": "MARGIN SETTLE_S Zone",
        },
    )
