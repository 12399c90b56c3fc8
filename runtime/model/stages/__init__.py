"""Two models in a row: the first finds things, the second looks at each of them.

What lives here: the pair itself, how a region is cut out for the second model, what
becomes of both answers, and the regions that a stream keeps from frame to frame. What
may not: how a model is opened. Start reading at ``two_stage.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .crop_rules import CROP_RULES, CropRule, crop_rule
    from .options import MERGES, ThenOptions
    from .two_stage import TwoStage
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "crop_rules": "CROP_RULES CropRule crop_rule",
            "options": "MERGES ThenOptions",
            "two_stage": "TwoStage",
        },
    )
