"""Decode anchor-free heads: a score per class and four distances per cell (FCOS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import Detections
from ...tensors import TensorSpec, shapes_of
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import Levels, refuse_logits
from .anchor_free_grid import Cells


@dataclass(frozen=True, kw_only=True)
class FcosOptions(DetectorOptions):
    """Options of the decoder ``fcos``.

    Attributes:
        strides: Pixels per cell, one per level, rising. The outputs do not show them:
            they come from the card of a model that EdgeVision trained, or from you.
        activation: sigmoid when the scores are logits; none.
    """

    strides: Sequence[int] | None = None
    activation: str = "none"


class FcosDecoder:
    """Turn an anchor-free head into detections.

    Tensors, in any order, float or integer of 8 or 16 bits:

    - scores (1, N, classes): 0..1, or logits with ``activation``.
    - distances (1, N, 4): from a cell's middle to the left, top, right and bottom side
      of the box, in strides.

    N is the number of cells of all levels, level by level, row by row. With four
    classes the order is scores, distances.

    Args:
        tensors: The two outputs, in the model's order.
        labels: One text per class; empty for numbers.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        cells: Where the cells lie.
    """

    Options: ClassVar[type] = FcosOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: FcosOptions | None = None,
    ) -> None:
        options = options or FcosOptions()
        strides = options.strides
        self._scores, self._distances = _find_tensors(tensors)
        if strides is None:
            raise UnsupportedModelError(
                "The outputs of an fcos head do not show its strides. Pass the strides "
                "that it was trained with, for instance --option strides=[8,16]."
            )
        self.cells = Cells.of(model_size, strides)
        count, classes = tensors[self._scores].shape[-2:]
        if len(self.cells) != count:
            raise UnsupportedModelError(
                f"The head has {count} cells, but strides {list(strides)} give "
                f"{len(self.cells)} at {model_size[0]}x{model_size[1]} pixels. Pass "
                "the strides that it was trained with: --option strides=[...]."
            )
        if labels and len(labels) != classes:
            raise UnsupportedModelError(
                f"The head has {classes} classes, but there are {len(labels)} labels. "
                "Pass --labels with one text per class."
            )
        self.selection = Selection(
            options,
            labels=tuple(labels),
            class_count=classes,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
        )
        self._shape = (count, classes)
        self._distance_levels = Levels(tensors[self._distances])
        self._score_levels = Levels(
            tensors[self._scores], activation=options.activation
        )
        self._floor = self._score_levels.floor(self.selection.score_threshold)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        raw = outputs[self._scores].reshape(self._shape)
        best = raw.max(axis=1)
        where = np.flatnonzero(best >= self._floor)
        scores = self._score_levels.real(best[where])
        # For floats behind a sigmoid the floor is only a lower bound, so scores are
        # compared again. NaN fails the comparison; infinite scores are dropped.
        passing = scores >= np.float32(self.selection.score_threshold)
        passing &= np.isfinite(scores)
        where, scores = where[passing], scores[passing]
        if len(where) == 0:
            return Detections.empty()
        refuse_logits(scores.max())
        class_ids = raw[where].argmax(axis=1).astype(np.int64)
        distances = outputs[self._distances].reshape(-1, 4)[where]
        boxes = self.cells.boxes(self._distance_levels.real(distances), where)
        return self.selection.of(
            boxes, np.minimum(scores, np.float32(1.0)), class_ids, letterbox
        )


def _find_tensors(tensors: Sequence[TensorSpec]) -> tuple[int, int]:
    """Return the positions of scores and distances.

    Raises:
        UnsupportedModelError: The tensors are not those two.
    """
    shapes = [tuple(item.shape) for item in tensors]
    fit = (
        len(shapes) == 2
        and all(len(shape) == 3 and shape[0] == 1 for shape in shapes)
        and shapes[0][1] == shapes[1][1]
    )
    if fit and shapes[1][2] == 4:
        return 0, 1
    if fit and shapes[0][2] == 4:
        return 1, 0
    words = shapes_of(tensors)
    raise UnsupportedModelError(
        "An fcos head has scores 1xNxC and distances 1xNx4; the model has "
        f"{words or 'no outputs'}."
    )
