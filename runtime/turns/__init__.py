"""Turns of several pipelines at one model.

What lives here: whose turn it is, and the waiting for it. What may not: what is done in
a turn. Start reading at ``turn_order.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .turn_order import TurnOrder
    from .turns import Turn, Turns
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "turn_order": "TurnOrder",
            "turns": "Turn Turns",
        },
    )
