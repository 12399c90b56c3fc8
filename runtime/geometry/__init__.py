"""Boxes, the letterbox between frame and input, non-maximum suppression.

What lives here: pure functions over arrays of boxes and points. What may not: tensors,
files and drawing. Start reading at ``letterbox.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .boxes import area, from_centers, intersection, iou, to_xywh
    from .corner_letterbox import CornerLetterbox
    from .letterbox import FARTHEST, Boxes, Letterbox, Points
    from .regions import Regions, turn_to
    from .rotated_crop import RotatedCrop
    from .suppression import MAX_CANDIDATES, nms, soft_nms
    from .weighted import weighted_nms
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "boxes": "area from_centers intersection iou to_xywh",
            "corner_letterbox": "CornerLetterbox",
            "letterbox": "Boxes FARTHEST Letterbox Points",
            "regions": "Regions turn_to",
            "rotated_crop": "RotatedCrop",
            "suppression": "MAX_CANDIDATES nms soft_nms",
            "weighted": "weighted_nms",
        },
    )
