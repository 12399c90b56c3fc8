"""Numbers that judge results against the truth.

What lives here: pure functions over arrays, one file per task, empty ones included.
What may not: models and files. Start reading at ``classification.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .classification import wilson_interval
    from .detection import (
        ANY_CLASS,
        DetectionScore,
        Truth,
        coco_score,
        mean_average_precision,
        refound,
    )
    from .embedding import recall_at_k
    from .pose import correct_keypoints, keypoint_distance
    from .segmentation import IGNORED, mean_iou
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "classification": "wilson_interval",
            "detection": (
                "ANY_CLASS DetectionScore Truth coco_score mean_average_precision "
                "refound"
            ),
            "embedding": "recall_at_k",
            "pose": "correct_keypoints keypoint_distance",
            "segmentation": "IGNORED mean_iou",
        },
    )
