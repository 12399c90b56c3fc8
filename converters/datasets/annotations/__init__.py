"""Data sets of pictures with true boxes: YOLO texts, COCO JSON, Pascal VOC XML.

What lives here: one reader per format and the set that they all return. What may not:
pixels and models. Start reading at ``read.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .box_set import BoxedPicture, BoxSet, split_boxes
    from .read import find_layout, read_boxes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "box_set": "BoxSet BoxedPicture split_boxes",
            "read": "find_layout read_boxes",
        },
    )
