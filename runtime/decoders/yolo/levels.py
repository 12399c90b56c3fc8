"""Decode YOLO heads whose boxes are not computed yet: tensors for each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import numpy.typing as npt

from ....errors import shown
from ...geometry import Boxes, Letterbox, from_centers
from ...results import ClassIds, Detections, Scores
from ...tensors import TensorSpec
from ..fcos import Cells
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import ACTIVATIONS, LARGEST_SCORE, Levels, refuse_logits
from .levels_layout import Channels, LevelsLayout, find_levels

_TURNED: Final = tuple(map(np.dtype, ("int8", "uint8", "int16", "uint16", "float32")))
_LARGEST_LOG: Final = 12.0  # log of a side in strides; larger than any picture

_Raw = npt.NDArray[Any]
_Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class YoloLevelsOptions(DetectorOptions):
    """Options of the decoder ``yolo-levels``.

    Attributes:
        iou_threshold: Drop a box whose IoU with a better one is above this, 0..1.
        max_detections: Most boxes per frame.
        kind: dfl, yolox, or auto: by the channels.
        activation: sigmoid when the scores are logits; none; auto: a quantized tensor
            that cannot be negative has scores, for floats a frame shows it.
    """

    iou_threshold: float = 0.7
    max_detections: int = 300
    kind: str = "auto"
    activation: str = "auto"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.activation not in ("auto", *ACTIVATIONS):
            raise ValueError(
                f"activation must be auto, {' or '.join(ACTIVATIONS)}, got "
                f"{shown(self.activation)}."
            )


class YoloLevelsDecoder:
    """Turn the raw levels of a YOLO head into detections.

    Tensors per stride (two or more of 4, 8, 16, 32, 64), in any order, float or integer
    of 8 or 16 bits, (1, rows, columns, channels), (1, channels, rows, columns), or with
    the cells in one axis; or all levels in one tensor, 8, 16, 32 behind each other:

    - dfl (v8, 9, 10, 11, 12 before their last layer): 64 channels, the distances to the
      left, top, right and bottom side as distributions over 0..15 strides, and one
      score per class; in one tensor or two. Two tensors of 4 channels and the classes
      are plain distances (v6). A third of one channel, the sum of the scores, is not
      needed.
    - yolox: center x and y within the cell and the logarithms of width and height, in
      strides; objectness; one score per class; in one tensor or three.

    Args:
        tensors: All outputs, in the model's order.
        labels: One text per class; empty for numbers.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        layout: How the tensors are read, with the evidence.
    """

    Options: ClassVar[type] = YoloLevelsOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: YoloLevelsOptions | None = None,
    ) -> None:
        options = options or YoloLevelsOptions()
        self.layout: LevelsLayout = find_levels(
            tensors, model_size=model_size, label_count=len(labels), kind=options.kind
        )
        layout = self.layout
        self.selection = Selection(
            options,
            labels=labels,
            class_count=layout.classes,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
        )
        self._tensors = tuple(tensors)
        self._cells = tuple(Cells.of(model_size, [s]) for s in layout.strides)
        self._box_levels = [Levels(tensors[item.output]) for item in layout.boxes]
        self._bins = np.arange(layout.boxes[0].count // 4, dtype=np.float32)
        activation = options.activation
        if activation == "auto":
            activation = self._proved()
        self._activation = activation
        self._score_levels: list[Levels] = []
        self._object_levels: list[Levels] = []
        self._floors: list[float | int] = []
        if activation:
            self._settle(activation)

    def decode(self, outputs: Sequence[_Raw], letterbox: Letterbox) -> Detections:
        """Return the objects of one frame, best first."""
        if not self._activation:
            seen, self._activation = self._seen(outputs)
            self._settle(seen)
        parts = [self._level(outputs, level) for level in range(len(self._cells))]
        boxes, scores, class_ids = (
            np.concatenate(some) for some in zip(*parts, strict=True)
        )
        refuse_logits(scores.max(initial=0.0))
        scores = np.minimum(scores, np.float32(1.0))
        return self.selection.of(boxes, scores, class_ids, letterbox)

    def _level(
        self, outputs: Sequence[_Raw], level: int
    ) -> tuple[Boxes, Scores, ClassIds]:
        layout, cells = self.layout, self._cells[level]
        chances = _rows(outputs, layout.scores[level], len(cells))
        best = _largest(chances)
        where = np.flatnonzero(best >= self._floors[level])
        scores = self._score_levels[level].real(best[where])
        if layout.objectness:
            raw = _rows(outputs, layout.objectness[level], len(cells))
            scores = scores * self._object_levels[level].real(raw[where, 0])
        # For floats behind a sigmoid the floor is only a lower bound, so scores are
        # compared again. NaN fails the comparison; infinite scores are dropped.
        passing = scores >= np.float32(self.selection.score_threshold)
        passing &= np.isfinite(scores)
        where, scores = where[passing], scores[passing]
        class_ids = chances[where].argmax(axis=1).astype(np.int64)
        raw = _rows(outputs, layout.boxes[level], len(cells))[where]
        return (
            self._boxes(self._box_levels[level].real(raw), where, cells),
            scores,
            class_ids,
        )

    def _boxes(
        self, values: npt.NDArray[np.float32], where: _Positions, cells: Cells
    ) -> Boxes:
        """Return boxes in model pixels (N, 4), xyxy."""
        # Values that are not finite cause no warning here; suppression drops them.
        with np.errstate(invalid="ignore", over="ignore"):
            if self.layout.kind == "yolox":
                return _from_offsets(values, where, cells)
            if len(self._bins) > 1:
                logits = values.reshape(-1, 4, len(self._bins))
                shares = np.exp(logits - logits.max(axis=2, keepdims=True))
                values = (shares @ self._bins) / shares.sum(axis=2)
            return cells.boxes(values, where)

    def _proved(self) -> str:
        """Return the activation that the scores' range proves; empty means none."""
        lows = [Levels(self._tensors[item.output]).low for item in self.layout.scores]
        held = {item.output for item in self.layout.boxes}
        mixed = any(item.output in held for item in self.layout.scores)
        known = [low for low in lows if low is not None]
        if mixed or len(known) < len(lows):
            return ""
        return "sigmoid" if min(known) < 0 else "none"

    def _seen(self, outputs: Sequence[_Raw]) -> tuple[str, str]:
        """Return the activation of a frame, and it again where the frame proves it.

        Logits of the background are negative, and scores never are. A frame in which
        most values are 0 proves nothing for the next one.
        """
        positive = total = 0
        for level, item in enumerate(self.layout.scores):
            raw = _rows(outputs, item, len(self._cells[level]))
            reals = Levels(self._tensors[item.output]).real(raw)
            if (reals < 0).any() or (reals > LARGEST_SCORE).any():
                return "sigmoid", "sigmoid"
            positive += int(np.count_nonzero(reals > 0))
            total += reals.size
        return "none", "none" if 2 * positive > total else ""

    def _settle(self, activation: str) -> None:
        def levels(items: Sequence[Channels]) -> list[Levels]:
            specs = (self._tensors[item.output] for item in items)
            return [Levels(spec, activation=activation) for spec in specs]

        self._score_levels = levels(self.layout.scores)
        self._object_levels = levels(self.layout.objectness)
        # Objectness is at most 1 (a step above is rounding): the class score must pass.
        share = 1.0 / LARGEST_SCORE if self.layout.objectness else 1.0
        threshold = self.selection.score_threshold * share
        self._floors = [one.floor(threshold) for one in self._score_levels]


def _from_offsets(
    values: npt.NDArray[np.float32], where: _Positions, cells: Cells
) -> Boxes:
    """Return boxes of YOLOX's center and logarithms of the sides, in strides."""
    stride = np.float32(cells.levels[0])
    # Centers are measured from a cell's corner, half a stride from its middle.
    corners = np.stack([cells.x[where], cells.y[where]], axis=1) - stride / 2
    centers = values[:, :2] * stride + corners
    sides = np.exp(np.minimum(values[:, 2:], np.float32(_LARGEST_LOG))) * stride
    return from_centers(np.concatenate([centers, sides], axis=1))


def _largest(rows: _Raw) -> _Raw:
    """Return the largest value of each row (cells, classes)."""
    if rows.dtype in _TURNED and rows.strides[1] == rows.itemsize:
        # Transposing costs less than reducing along short rows.
        return np.asarray(cv2.transpose(rows).max(axis=0))
    return np.asarray(rows.max(axis=1))


def _rows(outputs: Sequence[_Raw], item: Channels, cells: int) -> _Raw:
    """Return some channels of a level as (cells, channels), a view."""
    raw = outputs[item.output]
    flat = raw.reshape(-1, item.total).T if item.planar else raw.reshape(item.total, -1)
    last = item.first + item.count
    return np.asarray(flat[item.start : item.start + cells, item.first : last])
