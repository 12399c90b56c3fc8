"""Labels: files of them, ancestors, and which classes are wanted.

What lives here: readers of label files, hierarchies and class filters. What may not:
results and decoders. Start reading at ``label_files.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .background import BACKGROUND
    from .class_filter import ClassNames, allowed_classes, label_of
    from .hierarchy import (
        SEPARATOR,
        Level,
        RollUp,
        depth_of,
        full_labels,
        roll_up,
        split_labels,
    )
    from .label_files import labels_from, parse_label_lines, read_labels
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "background": "BACKGROUND",
            "class_filter": "ClassNames allowed_classes label_of",
            "hierarchy": (
                "Level RollUp SEPARATOR depth_of full_labels roll_up split_labels"
            ),
            "label_files": "labels_from parse_label_lines read_labels",
        },
    )
