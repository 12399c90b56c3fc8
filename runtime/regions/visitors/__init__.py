"""Who is who near regions, whatever tracks a tracker gives, and on which side.

What lives here: motion, identities joined and exchanged back, the evidence for a side.
What may not: geometry of regions, and counts. Start reading at ``identities.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .identities import Identities
    from .side import Side
    from .visitor import Change, Sight, Visitor
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "identities": "Identities",
            "side": "Side",
            "visitor": "Change Sight Visitor",
        },
    )
