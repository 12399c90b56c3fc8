"""Mean average precision by pycocotools, as a second opinion."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ...errors import MissingDependencyError
from ..geometry import to_xywh
from ..results import Detections
from .average_precision import DetectionScore
from .truth import Truth

# pycocotools ignores what is larger than all sizes that count.
_TOO_LARGE: Final = 1e11


def coco_score(
    results: Sequence[Detections],
    truths: Sequence[Truth],
    *,
    max_detections: int = 100,
) -> DetectionScore:
    """Return the figures of pycocotools, to check our own with.

    Args:
        results: As for :func:`mean_average_precision`.
        truths: As there.
        max_detections: As there.

    Raises:
        MissingDependencyError: pycocotools is not installed.
        ValueError: The two do not have the same number of pictures.
    """
    if len(results) != len(truths):
        raise ValueError(
            "results and truths must have one entry per picture, got "
            f"{len(results)} and {len(truths)}."
        )
    annotations: list[dict[str, Any]] = []
    classes = sorted({int(i) for truth in truths for i in truth.class_ids})
    records: list[dict[str, Any]] = []
    for image_id, (result, truth) in enumerate(zip(results, truths, strict=True), 1):
        records += result.to_coco(image_id)
        true = zip(to_xywh(truth.boxes), truth.class_ids, strict=True)
        rows = [(box, int(i), False, float(box[2] * box[3])) for box, i in true]
        for class_id in classes:
            others, crowds = truth.ignored_of(class_id)
            rows += [
                (box, class_id, bool(crowd), _TOO_LARGE)
                for box, crowd in zip(to_xywh(others), crowds, strict=True)
            ]
        annotations += [
            {
                "id": len(annotations) + number,
                "image_id": image_id,
                "category_id": class_id,
                "bbox": [float(value) for value in box],
                "area": size,
                "iscrowd": int(crowd),
            }
            for number, (box, class_id, crowd, size) in enumerate(rows, 1)
        ]
    figures = _evaluate(records, annotations, len(truths), max_detections)
    return DetectionScore(*figures)


def _evaluate(
    records: Sequence[dict[str, Any]],
    annotations: Sequence[dict[str, Any]],
    image_count: int,
    max_detections: int,
) -> tuple[float, float, float, dict[int, float]]:
    """Return mAP50-95, mAP50, mAP75 and the mean of each class, by pycocotools.

    Args:
        records: COCO results (image_id from 1).
        annotations: COCO annotations.
        image_count: Number of pictures.
        max_detections: Only the best so many per picture and class count.

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
