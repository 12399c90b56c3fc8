"""Mean average precision, as COCO counts it.

The average precision of a class is the area under its precision-recall curve, sampled
at 101 recalls, with precision that only falls (Lin et al., COCO 2014). The figures are
those of pycocotools; tests compare them. ``mAP50-95`` is its mean over classes and over
ten IoU thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..geometry import Boxes, area, intersection, iou
from ..results import Detections
from .truth import Truth

IOU_THRESHOLDS: Final = tuple(round(0.5 + 0.05 * i, 2) for i in range(10))
_RECALLS: Final = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class DetectionScore:
    """The accuracy of a detector on a set of pictures.

    Attributes:
        map50_95: Mean average precision over IoU 0.5 to 0.95, 0..1.
        map50: At IoU 0.5.
        map75: At IoU 0.75.
        by_class: class_id -> average precision over IoU 0.5 to 0.95; the classes that
            occur in the truth.
    """

    map50_95: float
    map50: float
    map75: float
    by_class: dict[int, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "map50_95": self.map50_95,
            "map50": self.map50,
            "map75": self.map75,
            "by_class": {str(key): value for key, value in self.by_class.items()},
        }


def mean_average_precision(
    results: Sequence[Detections],
    truths: Sequence[Truth],
    *,
    max_detections: int = 100,
) -> DetectionScore:
    """Return COCO's figures for the detections of a set of pictures.

    Args:
        results: One per picture; keep ``score_threshold`` low (0.001).
        truths: One per picture, in the same order.
        max_detections: Only the best so many per picture and class count, as in COCO.

    Returns:
        The figures; all 0 when no picture has a true object.

    Raises:
        ValueError: The two do not have the same number of pictures.
    """
    if len(results) != len(truths):
        raise ValueError(
            "results and truths must have one entry per picture, got "
            f"{len(results)} and {len(truths)}."
        )
    classes = sorted({int(i) for truth in truths for i in truth.class_ids})
    table = np.zeros((len(classes), len(IOU_THRESHOLDS)))
    for row, class_id in enumerate(classes):
        table[row] = _average_precisions(results, truths, class_id, max_detections)
    if not classes:
        return DetectionScore(0.0, 0.0, 0.0, {})
    means = table.mean(axis=0)
    return DetectionScore(
        map50_95=float(table.mean()),
        map50=float(means[0]),
        map75=float(means[IOU_THRESHOLDS.index(0.75)]),
        by_class={
            i: float(v) for i, v in zip(classes, table.mean(axis=1), strict=True)
        },
    )


def _average_precisions(
    results: Sequence[Detections],
    truths: Sequence[Truth],
    class_id: int,
    max_detections: int,
) -> npt.NDArray[np.float64]:
    """Return one class's average precision per IoU threshold."""
    scores: list[npt.NDArray[np.float32]] = []
    hits: list[npt.NDArray[np.bool_]] = []
    exempt: list[npt.NDArray[np.bool_]] = []
    total = 0
    for result, truth in zip(results, truths, strict=True):
        own = result.class_ids == class_id
        true_boxes = truth.boxes[truth.class_ids == class_id]
        order = np.argsort(-result.scores[own], kind="stable")[:max_detections]
        boxes = result.boxes[own][order]
        scores.append(result.scores[own][order])
        others, crowds = truth.ignored_of(class_id)
        hit, neither = _matches(
            iou(boxes, true_boxes), _overlaps_of_ignored(boxes, others, crowds), crowds
        )
        hits.append(hit)
        exempt.append(neither)
        total += len(true_boxes)
    every = np.concatenate(scores)
    order = np.argsort(-every, kind="stable")
    correct = np.concatenate(hits, axis=1)[:, order]
    counted = ~np.concatenate(exempt, axis=1)[:, order]
    return np.asarray(
        [_area(row[own], total) for row, own in zip(correct, counted, strict=True)]
    )


def _overlaps_of_ignored(
    boxes: Boxes, ignored: Boxes, crowds: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return IoU, and for crowds the share of a detection that lies inside."""
    overlaps = iou(boxes, ignored)
    if crowds.any():
        sizes = area(boxes)[:, None]
        common = intersection(boxes, ignored[crowds])
        overlaps[:, crowds] = np.divide(
            common, sizes, out=np.zeros_like(common), where=sizes > 0
        )
    return overlaps


def _matches(
    overlaps: npt.NDArray[np.float64],
    ignored: npt.NDArray[np.float64],
    crowds: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which detections are true, and which do not count: bool (thresholds, N).

    Detections come best first; each takes the free true box that it overlaps most, if
    the overlap reaches the threshold; else an ignored one, of which crowds are never
    taken away.

    Args:
        overlaps: Of detections with true boxes, (N, T).
        ignored: With ignored ones, (N, M).
        crowds: bool (M,).
    """
    count = len(overlaps)
    hits = np.zeros((len(IOU_THRESHOLDS), count), bool)
    exempt = np.zeros_like(hits)
    for row, threshold in enumerate(IOU_THRESHOLDS):
        least = min(threshold, 1 - 1e-10)
        free = np.ones(overlaps.shape[1], bool)
        spare = np.ones(ignored.shape[1], bool)
        for i in range(count):
            best = _last_best(overlaps[i], free, least)
            if best is not None:
                hits[row, i] = True
                free[best] = False
                continue
            best = _last_best(ignored[i], spare, least)
            if best is not None:
                exempt[row, i] = True
                spare[best] = crowds[best]
    return hits, exempt


def _last_best(
    overlaps: npt.NDArray[np.float64], free: npt.NDArray[np.bool_], least: float
) -> int | None:
    """Return the free box with the largest overlap; COCO takes the last of equals."""
    if not len(overlaps):
        return None
    candidates = np.where(free, overlaps, -1.0)
    best = len(candidates) - 1 - int(candidates[::-1].argmax())
    return best if candidates[best] >= least else None


def _area(correct: npt.NDArray[np.bool_], total: int) -> float:
    """Return the area under the precision-recall curve at 101 recalls."""
    if total == 0 or correct.size == 0:
        return 0.0
    true = np.cumsum(correct)
    precision = true / np.arange(1, len(correct) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    positions = np.searchsorted(true / total, _RECALLS, side="left")
    inside = positions < len(falling)
    return float(falling[positions[inside]].sum() / len(_RECALLS))
