"""Whether a picture differs from the one that a model looked at last.

What lives here: the comparison of two pictures, and a runner that asks its model only
when they differ. What may not: what a model answers. Start reading at
``when_motion.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .difference import Difference
    from .when_motion import MAX_ANSWER_AGE_S, WhenMotion
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "difference": "Difference",
            "when_motion": "MAX_ANSWER_AGE_S WhenMotion",
        },
    )
