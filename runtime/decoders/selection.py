"""From candidates to detections: the part that all detector decoders share.

It applies allow and deny lists, suppresses boxes, maps them back to the frame and adds
labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Final

import numpy as np
import numpy.typing as npt

from ..geometry import (
    MAX_CANDIDATES,
    Boxes,
    Letterbox,
    Points,
    nms,
    soft_nms,
    weighted_nms,
)
from ..labels import Level, RollUp, allowed_classes, label_of, roll_up
from ..results import ClassIds, Detections, Scores
from .selection_options import SelectionOptions

_MANY_CLASSES: Final = 100_000
_PIXELS: Final = (1.0, 1.0)


class Selection:
    """The rule by which candidates become detections.

    Args:
        options: Thresholds, limits, suppression and the classes that count.
        labels: One text per class_id; a missing or empty one is shown as the number.
        class_count: Number of classes; 0 where the head does not show it.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        level: The decoder's option of that name.
        max_candidates: The decoder's option of that name.
        suppressed: The graph suppresses boxes, so that without ``nms`` and ``level``
            nothing is left to do.
        keypoint_labels: Names of the keypoints that candidates have; empty where they
            have none.

    Attributes:
        score_threshold: Smallest score that is kept, 0..1.
        iou_threshold: Drop a box whose IoU with a better one is above this, 0..1.
        max_detections: Most boxes per frame.
        nms: class-aware, agnostic, soft, weighted or none.

    Raises:
        ValueError: A label or a level is unknown.
    """

    def __init__(
        self,
        options: SelectionOptions,
        *,
        labels: tuple[str, ...] = (),
        class_count: int = 0,
        hierarchy: Mapping[str, str] | None = None,
        level: Level | None = None,
        max_candidates: int = MAX_CANDIDATES,
        suppressed: bool = False,
        keypoint_labels: tuple[str, ...] = (),
    ) -> None:
        self.score_threshold = options.score_threshold
        self.iou_threshold = options.iou_threshold
        self.max_detections = options.max_detections
        usual = "none" if suppressed and level is None else "class-aware"
        self.nms = usual if options.nms is None else options.nms
        self._max_candidates = max_candidates
        self._labels = labels
        self._has_one_class = class_count == 1
        self._keypoint_labels = keypoint_labels
        self._allowed = allowed_classes(
            class_count or len(labels) or _MANY_CLASSES,
            labels,
            allow=options.allow,
            deny=options.deny,
            hierarchy=hierarchy or {},
        )
        self._rolled: RollUp | None = None
        if level is not None:
            self._rolled = roll_up(labels, hierarchy or {}, level, count=class_count)

    @property
    def keypoint_labels(self) -> tuple[str, ...]:
        """Return the names of the keypoints of each object; empty without any."""
        return self._keypoint_labels

    @property
    def reported_labels(self) -> tuple[str, ...] | None:
        """Return the labels that objects can have; None where classes have no texts."""
        if not any(self._labels):
            return None
        if self._allowed is None:
            ids = np.arange(len(self._labels))
        else:
            ids = self._allowed[self._allowed < len(self._labels)]
        if self._rolled is not None:
            nodes = np.unique(self._rolled.nodes[ids])
            return tuple(self._rolled.labels[node] for node in nodes.tolist())
        names = (label_of(self._labels, class_id) for class_id in ids.tolist())
        return tuple(dict.fromkeys(names))

    def with_iou_threshold(self, value: float) -> Selection:
        """Return a copy with another ``iou_threshold``."""
        other = copy(self)
        other.iou_threshold = value
        return other

    def of(
        self,
        boxes: Boxes,
        scores: Scores,
        class_ids: ClassIds,
        letterbox: Letterbox,
        *,
        unit: tuple[float, float] = _PIXELS,
        points: Points | None = None,
    ) -> Detections:
        """Return the detections among candidates; see :meth:`pick`."""
        return self.pick(boxes, scores, class_ids, letterbox, unit=unit, points=points)[
            0
        ]

    def pick(
        self,
        boxes: Boxes,
        scores: Scores,
        class_ids: ClassIds,
        letterbox: Letterbox,
        *,
        unit: tuple[float, float] = _PIXELS,
        points: Points | None = None,
    ) -> tuple[Detections, npt.NDArray[np.int64]]:
        """Return the detections among candidates that pass the score threshold.

        Args:
            boxes: (N, 4) xyxy in the model's input, in multiples of ``unit``.
            scores: float32 (N,), each at least ``score_threshold``.
            class_ids: (N,) integers.
            letterbox: How the frame was laid into the model's input.
            unit: Model pixels per unit, x and y: the input's size for normalized boxes.
            points: float32 (N, K, 2), the keypoints of each, like the boxes; None
                where there are none. A candidate of which one is not finite goes.

        Returns:
            The detections, and int64 (K,) the candidate that each was.
        """
        wanted: npt.NDArray[np.int64] | None = None
        if self._allowed is not None:
            wanted = np.flatnonzero(np.isin(class_ids, self._allowed))
            boxes, scores, class_ids = boxes[wanted], scores[wanted], class_ids[wanted]
            points = None if points is None else points[wanted]
        if points is not None and not np.isfinite(points).all():
            # As what has a broken box: neither JSON nor a picture can show it.
            whole = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
            wanted = whole if wanted is None else wanted[whole]
            boxes, scores, class_ids = boxes[whole], scores[whole], class_ids[whole]
            points = points[whole]
        if self._rolled is not None:
            class_ids = self._at_level(class_ids, self._rolled)
        if len(scores) == 0:
            return Detections.empty(self._keypoint_labels), np.empty(0, np.int64)
        if self.nms == "weighted":
            kept, boxes, points = self._blend(boxes, scores, class_ids, points)
            scores = scores[kept]
        else:
            kept, scores = self._suppress(boxes, scores, class_ids)
            boxes = boxes[kept]
            points = None if points is None else points[kept]
        if unit != _PIXELS:
            boxes = boxes * np.asarray(unit * 2)
            points = None if points is None else points * np.asarray(unit)
        uncut = None
        if points is None:
            in_frame = letterbox.boxes_to_source(boxes)
        else:
            # Whoever looks at these objects once more needs their whole boxes.
            uncut = letterbox.boxes_to_source(boxes, clip=False)
            ends = np.asarray(letterbox.source_size * 2, np.float32)
            in_frame = np.minimum(np.maximum(uncut, 0.0), ends)
        ids = np.asarray(class_ids[kept], np.int64)
        # Boxes outside the frame are empty after clipping.
        wide = in_frame[:, 2:] > in_frame[:, :2]
        if not wide.all():
            inside = wide.all(axis=1)
            in_frame, scores, ids = in_frame[inside], scores[inside], ids[inside]
            kept = kept[inside]
            points = None if points is None else points[inside]
            uncut = None if uncut is None else uncut[inside]
        origin = kept if wanted is None else wanted[kept]
        if points is not None:
            points = letterbox.points_to_source(points)
        return (
            Detections(
                in_frame,
                scores,
                ids,
                self.labels_of(ids),
                keypoints=points,
                keypoint_labels=self._keypoint_labels,
                uncut=uncut,
            ),
            origin,
        )

    def labels_of(self, class_ids: ClassIds) -> tuple[str, ...]:
        """Return the label of each class or node, or its number if it has none."""
        if self._rolled is None:
            return tuple(label_of(self._labels, i) for i in class_ids.tolist())
        labels = self._rolled.labels
        more = len(self._rolled.nodes) - len(labels)
        return tuple(
            labels[i] if i < len(labels) else str(i + more) for i in class_ids.tolist()
        )

    @staticmethod
    def _at_level(class_ids: ClassIds, rolled: RollUp) -> ClassIds:
        """Return the node of each class; classes without a label come after them."""
        count = len(rolled.nodes)
        nodes = rolled.nodes[np.minimum(class_ids, count - 1)]
        beyond = len(rolled.labels) + class_ids - count
        return np.asarray(np.where(class_ids < count, nodes, beyond), np.int64)

    def _blend(
        self,
        boxes: Boxes,
        scores: Scores,
        class_ids: ClassIds,
        points: Points | None,
    ) -> tuple[npt.NDArray[np.int64], Boxes, Points | None]:
        """Return the best of each group, with the group's mean box and keypoints."""
        values = None if points is None else points.reshape(len(points), -1)
        kept, boxes, means = weighted_nms(
            boxes,
            scores,
            None if self._has_one_class else class_ids,
            values=values,
            iou_threshold=self.iou_threshold,
            max_detections=self.max_detections,
            max_candidates=self._max_candidates,
        )
        if points is not None:
            points = means.reshape(len(kept), *points.shape[1:])
        return kept, boxes, points

    def _suppress(
        self, boxes: Boxes, scores: Scores, class_ids: ClassIds
    ) -> tuple[npt.NDArray[np.int64], Scores]:
        limits = {
            "max_detections": self.max_detections,
            "max_candidates": self._max_candidates,
        }
        if self.nms == "soft":
            return soft_nms(
                boxes,
                scores,
                class_ids,
                score_threshold=self.score_threshold,
                **limits,
            )
        if self.nms == "none":
            finite = np.isfinite(boxes).all(axis=1) & np.isfinite(scores)
            order = np.flatnonzero(finite)
            order = order[np.argsort(-scores[order], kind="stable")]
            kept = order[: self.max_detections]
        else:
            competing = class_ids if self.nms == "class-aware" else None
            kept = nms(
                boxes, scores, competing, iou_threshold=self.iou_threshold, **limits
            )
        return kept, scores[kept]
