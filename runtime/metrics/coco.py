"""pycocotools as a second opinion on mean average precision."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import MissingDependencyError


def evaluate(
    records: Sequence[dict[str, Any]],
    annotations: Sequence[dict[str, Any]],
    image_count: int,
    max_detections: int,
) -> tuple[float, float, float, dict[int, float]]:
    """Return mAP50-95, mAP50, mAP75 and the classes' mean, by pycocotools.

    Args:
        records: COCO results (image_id from 1).
        annotations: COCO annotations.
        image_count: Number of pictures.
        max_detections: The best so many per picture and class count.

    Raises:
        MissingDependencyError: pycocotools is not installed.
    """
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise MissingDependencyError(
            "The COCO cross-check needs pycocotools, which is not installed. "
            "Run: pip install pycocotools"
        ) from error
    categories = sorted({item["category_id"] for item in annotations})
    if not categories:
        return 0.0, 0.0, 0.0, {}
    if not records:
        return 0.0, 0.0, 0.0, dict.fromkeys(categories, 0.0)
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "info": {},
            "images": [{"id": i} for i in range(1, image_count + 1)],
            "annotations": list(annotations),
            "categories": [{"id": i} for i in categories],
        }
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(list(records)), "bbox")
        judge.params.maxDets = [max_detections]  # it sorts them
        judge.evaluate()
        judge.accumulate()
    # (thresholds, recalls, classes, areas, limits); -1 where a class does not occur.
    precision = np.asarray(judge.eval["precision"])[:, :, :, 0, -1]
    by_class = precision.mean(axis=(0, 1))
    return (
        float(precision.mean()),
        float(precision[0].mean()),
        float(precision[5].mean()),
        {i: float(v) for i, v in zip(categories, by_class, strict=True)},
    )
