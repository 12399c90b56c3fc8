"""The agreement of class maps with the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

IGNORED: Final = 255
"""The class of pixels that do not count in Pascal VOC and Cityscapes."""


@dataclass(frozen=True)
class SegmentationScore:
    """The accuracy of a segmentation model on a set of pictures.

    Attributes:
        mean_iou: Mean over the classes that occur in truth or answer, 0..1.
        pixel_accuracy: Share of pixels with the right class, 0..1.
        by_class: class_id -> intersection over union.
    """

    mean_iou: float
    pixel_accuracy: float
    by_class: dict[int, float]


def mean_iou(
    results: Sequence[npt.NDArray[Any]],
    truths: Sequence[npt.NDArray[Any]],
    *,
    ignore: int | None = IGNORED,
) -> SegmentationScore:
    """Return intersection over union, counted over all pixels of all pictures.

    Args:
        results: Maps of class_ids (H, W), one per picture.
        truths: The same, of the same sizes.
        ignore: A class of the truth whose pixels do not count; None counts all.

    Returns:
        All 0 when there is no pixel to count.

    Raises:
        ValueError: Numbers or sizes of pictures differ.
    """
    if len(results) != len(truths):
        raise ValueError(
            f"results and truths must have one map per picture, got {len(results)} and "
            f"{len(truths)}."
        )
    hits: dict[int, int] = {}
    union: dict[int, int] = {}
    total = right = 0
    for one, other in zip(results, truths, strict=True):
        if one.shape != other.shape:
            raise ValueError(
                f"maps of a picture must have one shape, got {one.shape} and "
                f"{other.shape}."
            )
        counted = np.ones(other.shape, bool) if ignore is None else other != ignore
        answer, truth = one[counted], other[counted]
        total += truth.size
        right += int((answer == truth).sum())
        for class_id in np.union1d(answer, truth).tolist():
            is_answer, is_truth = answer == class_id, truth == class_id
            hits[class_id] = hits.get(class_id, 0) + int((is_answer & is_truth).sum())
            union[class_id] = union.get(class_id, 0) + int((is_answer | is_truth).sum())
    by_class = {i: hits[i] / union[i] for i in sorted(union)}
    if not by_class:
        return SegmentationScore(0.0, 0.0, {})
    return SegmentationScore(
        float(np.mean(list(by_class.values()))), right / total, by_class
    )
