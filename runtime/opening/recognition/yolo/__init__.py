"""Recognise the YOLO family, and what its tensors and operations prove.

What lives here: heads of boxes, of keypoints and masks, raw levels, the unit of boxes.
What may not: decoding. Start reading at ``heads.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from .....registry import lazy_names

if TYPE_CHECKING:
    from .beyond_boxes import (
        find_yolo_pose,
        find_yolo_segment,
        prove_yolo_pose,
        prove_yolo_segment,
    )
    from .heads import boxes_question, find_yolo, prove_yolo
    from .pyramids import find_yolo_levels
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "beyond_boxes": (
                "find_yolo_pose find_yolo_segment prove_yolo_pose prove_yolo_segment"
            ),
            "heads": "boxes_question find_yolo prove_yolo",
            "pyramids": "find_yolo_levels",
        },
    )
