"""Data sets on disk: pictures, and what was labelled how.

What lives here: sets of pictures, folders of classes, arrays, boxes in three formats.
What may not: models, anything that trains or converts, and which file is a picture
(``runtime/image``). Start reading at ``open_set.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .array_set import read_arrays
    from .classes import class_folders, class_leaves
    from .image_set import ImageSet, from_boxes
    from .open_set import open_images
    from .time_limit import ReadingTime, check_time, reading_within
    from .true_pictures import with_true_pictures
    from .truth_table import TruthTable, label_table, value_table
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "array_set": "read_arrays",
            "classes": "class_folders class_leaves",
            "image_set": "ImageSet from_boxes",
            "open_set": "open_images",
            "time_limit": "ReadingTime check_time reading_within",
            "true_pictures": "with_true_pictures",
            "truth_table": "TruthTable label_table value_table",
        },
    )
