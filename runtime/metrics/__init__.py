"""The accuracy of results against the truth.

What lives here: pure functions over arrays, one file per task, empty ones included.
What may not: models and files. Start reading at ``classification.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .average_precision import DetectionScore, mean_average_precision
    from .box_agreement import BoxAgreement, compare_boxes
    from .classification import wilson_interval
    from .coco import coco_score
    from .embedding import recall_at_k
    from .landmarks import normalized_mean_error
    from .multi_label import label_average_precision, label_f1
    from .pictures import correlation, decibels, mean_level_error, psnr, ssim
    from .pose import correct_keypoints, keypoint_distance
    from .segmentation import IGNORED, mean_iou
    from .truth import ANY_CLASS, Truth
    from .values import mean_absolute_error, r_squared
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "average_precision": "DetectionScore mean_average_precision",
            "box_agreement": "BoxAgreement compare_boxes",
            "classification": "wilson_interval",
            "coco": "coco_score",
            "embedding": "recall_at_k",
            "landmarks": "normalized_mean_error",
            "multi_label": "label_average_precision label_f1",
            "pictures": "correlation decibels mean_level_error psnr ssim",
            "pose": "correct_keypoints keypoint_distance",
            "segmentation": "IGNORED mean_iou",
            "truth": "ANY_CLASS Truth",
            "values": "mean_absolute_error r_squared",
        },
    )
