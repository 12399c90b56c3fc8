"""Data sets on disk: what counts as a picture, and what was labelled how.

What lives here: sets of pictures, folders of classes, boxes in three formats, the rule
for damaged files. What may not: models, and anything that trains or converts. Start
reading at ``image_set.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .damaged import left_out
    from .image_set import (
        ENDINGS,
        ImageSet,
        class_leaves,
        digest_of,
        from_boxes,
        open_images,
        read_arrays,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "damaged": "left_out",
            "image_set": (
                "ENDINGS ImageSet class_leaves digest_of from_boxes open_images "
                "read_arrays"
            ),
        },
    )
