"""The agreement of two models' boxes on the same pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import iou
from ..results import Detections


@dataclass(frozen=True)
class BoxAgreement:
    """The agreement of the boxes of two models.

    Attributes:
        share: Boxes of the first that the second has with the same class, 0..1; 1
            when the first has none.
        count: Boxes of the first.
        extra: Boxes of the second that the first does not have, per box of the first
            (0 when neither has any).
        mean_iou: Mean IoU of the boxes that both have; 0 for none.
    """

    share: float
    count: int
    extra: float
    mean_iou: float


def compare_boxes(
    first: Sequence[Detections],
    second: Sequence[Detections],
    *,
    iou_threshold: float = 0.5,
) -> BoxAgreement:
    """Compare two models' detections of the same pictures, box by box.

    Each box of the first, the best first, takes the free box of the second of the same
    class that it overlaps most.

    Args:
        first: One result per picture, of the reference: the float model.
        second: One per picture, of the other: the quantized model.
        iou_threshold: Smallest overlap of two boxes that count as the same.

    Raises:
        ValueError: The two do not have the same number of pictures.
    """
    if len(first) != len(second):
        raise ValueError(
            f"both must have one entry per picture, got {len(first)} and {len(second)}."
        )
    matched: list[float] = []
    count = others = 0
    for one, other in zip(first, second, strict=True):
        count += len(one)
        others += len(other)
        overlaps = iou(one.boxes, other.boxes)
        overlaps[one.class_ids[:, None] != other.class_ids[None]] = 0.0
        for i in np.argsort(-one.scores, kind="stable"):
            if len(other) == 0:
                break
            best = int(overlaps[i].argmax())
            if overlaps[i, best] >= iou_threshold:
                matched.append(float(overlaps[i, best]))
                overlaps[:, best] = 0.0
    agreed = len(matched)
    return BoxAgreement(
        share=agreed / count if count else 1.0,
        count=count,
        extra=(others - agreed) / max(1, count) if others else 0.0,
        mean_iou=float(np.mean(matched)) if matched else 0.0,
    )
