"""The YOLO family: boxes, keypoints, masks, and heads in raw levels.

What lives here: decoders and what tells the heads apart by their shapes. What may not:
other families. Start reading at ``head.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .anchor_counts import heads_by_rows, rows_of_boxes, squeezed
    from .head import YoloDecoder
    from .layout import YoloLayout, find_layout
    from .levels_layout import LevelsLayout, are_levels, find_levels
    from .options import YoloOptions
    from .segment import find_prototypes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "anchor_counts": "heads_by_rows rows_of_boxes squeezed",
            "head": "YoloDecoder",
            "layout": "YoloLayout find_layout",
            "levels_layout": "LevelsLayout are_levels find_levels",
            "options": "YoloOptions",
            "segment": "find_prototypes",
        },
    )
