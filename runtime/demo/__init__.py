"""The demonstration that needs no camera and no TensorFlow: tiny models at work.

What lives here: int8 models that the committed recipes made, and runs that check them.
What may not: anything that an app on a board needs. Start reading at
``watch_detector.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .watch_classifier import CLASSIFIER, Watched, is_right, truth_of, watch
    from .watch_detector import DETECTOR, IOU, WatchedBoxes, true_boxes_of, watch_boxes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "watch_classifier": "CLASSIFIER Watched is_right truth_of watch",
            "watch_detector": "DETECTOR IOU WatchedBoxes true_boxes_of watch_boxes",
        },
    )
