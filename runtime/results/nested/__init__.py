"""Results that hold other results: several heads, and what a second model says.

What lives here: one file per kind, as in the room above. What may not: which model said
what. Start reading at ``heads.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .heads import Heads
    from .refined_detections import RefinedDetections
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {"heads": "Heads", "refined_detections": "RefinedDetections"},
    )
