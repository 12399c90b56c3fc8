"""The objects of a frame as other programs take them: COCO, supervision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import MissingDependencyError
from ..geometry import to_xywh

if TYPE_CHECKING:
    from .detections import Detections


def coco_records(
    detections: Detections, image_id: int, category_ids: Mapping[int, int] | None
) -> list[dict[str, Any]]:
    """Return COCO result records: boxes as left, top, width, height.

    Args:
        detections: The objects of one picture.
        image_id: The picture's number in the annotation file.
        category_ids: class_id -> COCO category; None writes class_ids as they are.

    Raises:
        ValueError: ``category_ids`` lacks a class of the detections.
    """
    records = []
    boxes = to_xywh(detections.boxes).tolist()
    for position, (item, box) in enumerate(zip(detections, boxes, strict=True)):
        category = item.class_id
        if category_ids is not None:
            if category not in category_ids:
                raise ValueError(f"category_ids has no class {category}.")
            category = category_ids[category]
        records.append(
            {
                "image_id": image_id,
                "category_id": category,
                "bbox": [round(value, 3) for value in box],
                "score": round(item.score, 6),
            }
        )
        if detections.masks is not None:
            records[-1]["segmentation"] = detections.masks.to_rle(position)
    return records


def supervision_detections(detections: Detections) -> Any:
    """Return a ``supervision.Detections`` with the labels as ``class_name``.

    Raises:
        MissingDependencyError: The supervision package is not installed.
    """
    try:
        import supervision
    except ImportError as error:
        raise MissingDependencyError(
            "to_supervision needs supervision, which is not installed. "
            "Run: pip install supervision"
        ) from error
    masks = None
    if detections.masks is not None and len(detections):
        masks = np.stack([detections.masks.whole(i) for i in range(len(detections))])
    data = {"class_name": np.asarray(detections.labels, dtype=str)}
    if detections.keypoints is not None:
        data["keypoints"] = detections.keypoints.copy()
    ids = detections.track_ids
    return supervision.Detections(
        mask=masks,
        xyxy=detections.boxes.copy(),
        confidence=detections.scores.copy(),
        class_id=detections.class_ids.astype(int),
        tracker_id=None if ids is None else ids.astype(int),
        data=data,
    )
