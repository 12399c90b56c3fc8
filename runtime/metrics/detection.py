"""Mean average precision, as COCO counts it, and boxes found again.

The average precision of a class is the area under its precision-recall curve, sampled
at 101 recalls, precision made to fall (Lin et al., COCO 2014; the same figures as
pycocotools, which tests compare). ``mAP50-95`` is its mean over classes and over ten
IoU thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..geometry import Boxes, area, intersection, iou, to_xywh
from ..results import ClassIds, Detections

IOU_THRESHOLDS: Final = tuple(round(0.5 + 0.05 * i, 2) for i in range(10))
ANY_CLASS: Final = -1
# pycocotools ignores what is larger than all sizes that count.
_TOO_LARGE: Final = 1e11
_RECALLS: Final = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class Truth:
    """Hold the true objects of one picture.

    What is ignored is neither right nor wrong to find, and need not be found.

    Attributes:
        boxes: float32 (N, 4), xyxy, in pixels.
        class_ids: int64 (N,).
        ignored: float32 (M, 4): crowds, and objects that are too difficult to count.
        ignored_ids: int64 (M,); ANY_CLASS where the class is not known.
        crowds: bool (M,): several objects in one box, so that it exempts any number of
            detections, each by the share of it that lies inside.
    """

    boxes: Boxes
    class_ids: ClassIds
    ignored: Boxes = field(default_factory=lambda: np.empty((0, 4), np.float32))
    ignored_ids: ClassIds = field(default_factory=lambda: np.empty(0, np.int64))
    crowds: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    def __post_init__(self) -> None:
        count, others = len(self.class_ids), len(self.ignored_ids)
        if self.boxes.shape != (count, 4):
            raise ValueError(
                f"boxes must have shape ({count}, 4), got {self.boxes.shape}."
            )
        if self.ignored.shape != (others, 4) or self.crowds.shape != (others,):
            raise ValueError(
                f"ignored must have shape ({others}, 4) and crowds ({others},), got "
                f"{self.ignored.shape} and {self.crowds.shape}."
            )

    def ignored_of(self, class_id: int) -> tuple[Boxes, npt.NDArray[np.bool_]]:
        """Return the ignored boxes that a class's detections may match, and crowds."""
        own = (self.ignored_ids == class_id) | (self.ignored_ids == ANY_CLASS)
        return self.ignored[own], self.crowds[own]


@dataclass(frozen=True)
class DetectionScore:
    """Hold how good a detector is on a set of pictures.

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
    found: Sequence[Detections],
    truths: Sequence[Truth],
    *,
    max_detections: int = 100,
) -> DetectionScore:
    """Return COCO's figures for the detections of a set of pictures.

    Args:
        found: One result per picture; keep ``score_threshold`` low (0.001).
        truths: One per picture, in the same order.
        max_detections: The best so many per picture and class count, as COCO has it.

    Returns:
        The figures; all 0 when no picture has a true object.

    Raises:
        ValueError: The two do not have the same number of pictures.
    """
    if len(found) != len(truths):
        raise ValueError(
            f"found and truths must have one entry per picture, got {len(found)} and "
            f"{len(truths)}."
        )
    classes = sorted({int(i) for truth in truths for i in truth.class_ids})
    table = np.zeros((len(classes), len(IOU_THRESHOLDS)))
    for row, class_id in enumerate(classes):
        table[row] = _average_precisions(found, truths, class_id, max_detections)
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
    found: Sequence[Detections],
    truths: Sequence[Truth],
    class_id: int,
    max_detections: int,
) -> npt.NDArray[np.float64]:
    """Return one class's average precision per IoU threshold."""
    scores: list[npt.NDArray[np.float32]] = []
    hits: list[npt.NDArray[np.bool_]] = []
    exempt: list[npt.NDArray[np.bool_]] = []
    total = 0
    for result, truth in zip(found, truths, strict=True):
        own = result.class_ids == class_id
        true_boxes = truth.boxes[truth.class_ids == class_id]
        order = np.argsort(-result.scores[own], kind="stable")[:max_detections]
        boxes = result.boxes[own][order]
        scores.append(result.scores[own][order])
        others, crowds = truth.ignored_of(class_id)
        found_again, neither = _matches(
            iou(boxes, true_boxes), _overlaps_of_ignored(boxes, others, crowds), crowds
        )
        hits.append(found_again)
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
    """Return which free box is overlapped most; COCO takes the last of equals."""
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


def coco_score(
    found: Sequence[Detections],
    truths: Sequence[Truth],
    *,
    max_detections: int = 100,
) -> DetectionScore:
    """Return the figures that pycocotools gives; to check our own against.

    Args:
        found: As for :func:`mean_average_precision`.
        truths: As there.
        max_detections: As there.

    Raises:
        MissingDependencyError: pycocotools is not installed.
        ValueError: The two do not have the same number of pictures.
    """
    from .coco import evaluate

    if len(found) != len(truths):
        raise ValueError(
            f"found and truths must have one entry per picture, got {len(found)} and "
            f"{len(truths)}."
        )
    annotations: list[dict[str, Any]] = []
    classes = sorted({int(i) for truth in truths for i in truth.class_ids})
    records: list[dict[str, Any]] = []
    for image_id, (result, truth) in enumerate(zip(found, truths, strict=True), 1):
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
    figures = evaluate(records, annotations, len(truths), max_detections)
    return DetectionScore(*figures)


@dataclass(frozen=True)
class Refound:
    """Hold how many boxes of one model another finds again.

    Attributes:
        share: Boxes of the first that the second finds with the same class, 0..1; 1
            when the first found nothing.
        count: Boxes of the first.
        extra: Boxes of the second that the first does not have, per box of the first
            (0 when neither has any).
        mean_iou: Mean IoU of those found again; 0 for none.
    """

    share: float
    count: int
    extra: float
    mean_iou: float


def refound(
    first: Sequence[Detections],
    second: Sequence[Detections],
    *,
    iou_threshold: float = 0.5,
) -> Refound:
    """Compare two models' detections of the same pictures, box by box.

    Each box of the first, the best first, takes the free box of the second of the same
    class that it overlaps most.

    Args:
        first: One result per picture, of the model that is believed (the float one).
        second: One per picture, of the other (the quantized one).
        iou_threshold: Smallest overlap of a box that counts as found again.

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
    found = len(matched)
    return Refound(
        share=found / count if count else 1.0,
        count=count,
        extra=(others - found) / max(1, count) if others else 0.0,
        mean_iou=float(np.mean(matched)) if matched else 0.0,
    )
