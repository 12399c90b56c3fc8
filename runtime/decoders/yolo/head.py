"""Decode the heads of the YOLO family: v5, v8 and later, end-to-end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...geometry import Boxes, Letterbox, from_centers
from ...results import ClassIds, Detections, Scores
from ...tensors import TensorSpec
from ..selection import Selection
from ..tensor_values import LARGEST_SCORE, Levels, refuse_logits
from .box_unit import BoxUnit
from .layout import find_layout
from .options import YoloOptions

# A larger class number is broken data.
_LARGEST_ID: Final = 2**31

_NONE: Final = np.empty((0, 0), np.float32)

_Raw = npt.NDArray[Any]
_Positions = npt.NDArray[np.intp]
# Boxes, scores, class_ids, and the anchor of each.
_Candidates = tuple[Boxes, Scores, ClassIds, _Positions]


class YoloDecoder:
    """Turn a YOLO head into detections.

    Tensors, any order of channels and anchors, float or integer of 8 or 16 bits:

    - yolov8 (also 9, 11, 12): (1, 4 + classes, anchors): center x, center y, width,
      height, then one score per class, 0..1. Or boxes (1, 4, anchors) and scores (1,
      classes, anchors) as two outputs, or boxes, best scores and class_ids as three.
    - yolov5 (also 7): (1, anchors, 5 + classes): the same with objectness before the
      classes; the score is objectness times class.
    - end-to-end (v10, 26, exports with NMS inside): (1, rows, 6): x1, y1, x2, y2,
      score, class_id. No suppression takes place unless ``nms`` is given.

    Boxes are in pixels of the model's input or normalized by its size. A quantized
    tensor's range proves which; for floats the centers of all cells do, or rows beyond
    what shares reach.

    Args:
        tensors: All outputs, in the model's order.
        labels: One text per class; empty for numbers.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        layout: How the tensors are read, with the evidence.
    """

    Options: ClassVar[type] = YoloOptions
    _extra = 0
    """Channels behind the classes; decoders of more than boxes have some."""

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: YoloOptions | None = None,
    ) -> None:
        options = options or YoloOptions()
        units, box_format = options.units, options.box_format
        self.layout = find_layout(
            tensors,
            model_size=model_size,
            label_count=len(labels),
            head=options.head,
            extra=self._extra,
        )
        layout = self.layout
        rows = layout.head == "end-to-end"
        self.selection = Selection(
            options,
            labels=labels,
            class_count=layout.classes,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
            suppressed=rows,
        )
        self._box_levels = Levels(tensors[layout.boxes])
        self._score_levels = Levels(
            tensors[layout.scores], activation=options.activation
        )
        if layout.class_ids is not None:
            self._id_levels = Levels(tensors[layout.class_ids])
        whole = rows or layout.class_ids is not None
        if box_format == "auto":
            box_format = "xyxy" if whole else "cxcywh"
        self._is_centers = box_format == "cxcywh"
        self._unit = BoxUnit(
            units,
            high=self._box_levels.high,
            model_size=model_size,
            has_ids=rows and layout.class_ids is None,
            is_dense=not rows,
            is_centers=self._is_centers,
        )
        self._scale = (float(model_size[0]), float(model_size[1]))
        self._floor = self._score_levels.floor(self.selection.score_threshold)
        # Objectness times class reaches the threshold only if objectness reaches it
        # divided by the largest class score, which rounding can put above 1.
        largest = max(1.0, self._score_levels.high or 1.0)
        self._object_floor = self._score_levels.floor(
            self.selection.score_threshold / largest
        )
        # Integer scores have a known highest value, and the raw comparison is exact.
        # Floats, sigmoids and products of scores are compared again.
        high = self._score_levels.high
        self._is_exact = (
            layout.head != "yolov5" and high is not None and high <= LARGEST_SCORE
        )
        self._turned: dict[int, _Raw] = {}

    def decode(self, outputs: Sequence[_Raw], letterbox: Letterbox) -> Detections:
        """Return the objects of one frame, best first."""
        return self._find(outputs, letterbox)[0]

    def _find(
        self, outputs: Sequence[_Raw], letterbox: Letterbox
    ) -> tuple[Detections, npt.NDArray[np.float32]]:
        """Return the objects, and the values of the channels behind the classes.

        The latter is float32 (K, extra).
        """
        layout = self.layout
        box_first, score_first = layout.channel_first
        boxes = self._channels(outputs[layout.boxes], layout.boxes, box_first)
        # Number of channels before those behind the classes.
        end = len(boxes) - self._extra
        if layout.head == "end-to-end" and layout.class_ids is None:
            candidates = self._from_rows(boxes)
        elif layout.class_ids is not None:
            best = outputs[layout.scores].reshape(-1)
            ids = outputs[layout.class_ids].reshape(-1)
            candidates = self._from_three(boxes, best, ids)
        elif layout.head == "yolov5":
            candidates = self._from_objectness(boxes[:end])
        elif layout.is_split:
            scores = self._channels(outputs[layout.scores], layout.scores, score_first)
            candidates = self._from_classes(boxes, scores)
        else:
            candidates = self._from_classes(boxes, boxes[4:end])
        if not self._is_exact:
            candidates = _believable(*candidates)
        corners, scores, class_ids, where = candidates
        if len(scores) == 0:
            return Detections.empty(), np.empty((0, self._extra), np.float32)
        scores = np.minimum(scores, np.float32(1.0))  # a step above is rounding
        result, origin = self.selection.pick(
            corners, scores, class_ids, letterbox, unit=self._scale
        )
        if not self._extra:
            return result, _NONE
        return result, self._box_levels.real(boxes[end:, where[origin]]).T

    def _channels(self, raw: _Raw, position: int, channel_first: bool) -> _Raw:
        """Return (channels, anchors), without a copy where that is fast to scan."""
        anchors = self.layout.anchors
        if channel_first:
            return np.asarray(raw.reshape(-1, anchors))
        flat = raw.reshape(anchors, -1)
        if self.layout.head != "yolov8" or flat.shape[1] <= 8:
            return np.asarray(flat.T)
        # Transposing costs less than reducing along short rows.
        self._turned[position] = cv2.transpose(flat, self._turned.get(position))
        return self._turned[position]

    def _from_classes(self, head: _Raw, class_scores: _Raw) -> _Candidates:
        best = class_scores.max(axis=0)
        where = np.flatnonzero(best >= self._floor)
        best = best[where]
        class_ids = _first_best(class_scores.T[where], best)
        scores = self._score_levels.real(best)
        return self._with_boxes(head, where, scores, class_ids)

    def _from_objectness(self, head: _Raw) -> _Candidates:
        where = np.flatnonzero(head[4] >= self._object_floor)
        objectness = self._score_levels.real(head[4, where])
        class_scores = head[5:, where]
        best = class_scores.max(axis=0)
        class_ids = (class_scores == best).argmax(axis=0)
        with np.errstate(invalid="ignore", over="ignore"):  # broken: dropped below
            scores = objectness * self._score_levels.real(best)
        return self._with_boxes(head, where, scores, class_ids)

    def _from_three(self, head: _Raw, best: _Raw, ids: _Raw) -> _Candidates:
        where = np.flatnonzero(best >= self._floor)
        class_ids = np.rint(self._id_levels.real(ids[where]))
        numbered = np.abs(class_ids) <= _LARGEST_ID
        where, class_ids = where[numbered], class_ids[numbered]
        scores = self._score_levels.real(best[where])
        return self._with_boxes(head, where, scores, class_ids.astype(np.int64))

    def _from_rows(self, rows: _Raw) -> _Candidates:
        where = np.flatnonzero(rows[4] >= self._floor)
        # Not the levels of scores: an activation does not apply to class numbers.
        class_ids = np.rint(self._box_levels.real(rows[5, where]))
        numbered = np.abs(class_ids) <= _LARGEST_ID
        where, class_ids = where[numbered], class_ids[numbered]
        scores = self._score_levels.real(rows[4, where])
        return self._with_boxes(rows, where, scores, class_ids.astype(np.int64))

    def _with_boxes(
        self, head: _Raw, where: npt.NDArray[np.intp], scores: Scores, ids: ClassIds
    ) -> _Candidates:
        if len(where) == 0:
            return np.empty((0, 4), np.float32), scores, ids, where
        if not self._is_exact:
            passing = scores >= np.float32(self.selection.score_threshold)
            where, scores, ids = where[passing], scores[passing], ids[passing]
        raw = np.ascontiguousarray(head[:4, where])
        boxes = self._box_levels.real(raw)
        self._scale = self._unit.known or self._unit.of(
            self._box_levels.real(head[:4]), boxes
        )
        boxes = boxes.T
        if self._is_centers:
            boxes = from_centers(boxes)
        return boxes, scores, ids, where


def _first_best(rows: _Raw, best: _Raw) -> ClassIds:
    """Return where each row (N, classes) has its best value first, int64 (N,)."""
    # The same result as argmax, in a third of the time.
    classes = rows.shape[1]
    hits = np.flatnonzero(rows == best[:, np.newaxis])
    if hits.size > best.size:
        row = hits // classes
        first = np.ones(hits.size, bool)
        np.not_equal(row[1:], row[:-1], out=first[1:])
        hits = hits[first]
    return np.asarray(hits % classes)


def _believable(
    boxes: Boxes, scores: Scores, class_ids: ClassIds, where: _Positions
) -> _Candidates:
    """Drop candidates with infinite scores, and refuse logits.

    Raises:
        UnsupportedModelError: A score is far above 1.
    """
    if not np.isfinite(scores).all():
        # Infinite scores are broken data; the others may still be right.
        whole = np.isfinite(scores)
        boxes, scores, class_ids = boxes[whole], scores[whole], class_ids[whole]
        where = where[whole]
    refuse_logits(scores.max(initial=0.0))
    return boxes, scores, class_ids, where
