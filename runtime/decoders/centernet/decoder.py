"""Decode raw CenterNet heads: each peak of the heatmap is an object's middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, unknown_name
from ...geometry import Letterbox
from ...results import Detections
from ...tensors import TensorSpec
from ..heatmaps import local_maxima
from ..options import Texts, texts_of
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import ACTIVATIONS, Levels, holds_scores, refuse_logits
from .head import find_centernet_head

ORDERS: Final = ("xy", "yx")
UNITS: Final = ("cell", "pixel")


@dataclass(frozen=True, kw_only=True)
class CenterNetOptions(DetectorOptions):
    """Options of the decoder ``centernet``.

    Attributes:
        activation: sigmoid when the heatmap holds logits, none when it holds scores;
            None means none when a quantized range proves scores.
        order: xy when sizes are width, height and offsets x, y; yx the other way round.
        size_unit: cell when sizes are in cells of the grid, as in the original; pixel
            when they are in pixels of the input.
        roles: What each output is, in the model's order: heatmap, size, offset; None
            means that shapes and names show it.
    """

    activation: str | None = None
    order: str = "xy"
    size_unit: str = "cell"
    roles: Texts | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value, known in (
            ("activation", self.activation or "none", ACTIVATIONS),
            ("order", self.order, ORDERS),
            ("size unit", self.size_unit, UNITS),
        ):
            if value not in known:
                raise ValueError(unknown_name(name, value, known))


class CenterNetDecoder:
    """Turn CenterNet's maps into boxes.

    Tensors, in any order, float or integer, on one grid of H x W cells:

    - heatmap (1, H, W, C): for each cell the score that the middle of an object of a
      class lies in it, or its logit.
    - size (1, H, W, 2): width and height of the object, in cells.
    - offset (1, H, W, 2), or none: from the cell's corner to the middle, x and y, in
      cells.

    An object is a cell whose score is the best of its 3 x 3 neighbours of that class;
    boxes are not suppressed unless ``nms`` says so.

    Args:
        tensors: The two or three outputs, in the model's order.
        labels: One text per class; empty for numbers.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        head: What each output means.
    """

    Options: ClassVar[type] = CenterNetOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: CenterNetOptions | None = None,
    ) -> None:
        options = options or CenterNetOptions()
        self.head = head = find_centernet_head(
            tensors, model_size=model_size, roles=texts_of("roles", options.roles)
        )
        if labels and len(labels) != head.classes:
            raise UnsupportedModelError(
                f"Output '{tensors[head.heatmap].name}' has {head.classes} classes, "
                f"but there are {len(labels)} labels. Pass --labels with "
                f"{head.classes} texts."
            )
        activation = _activation(options.activation, tensors[head.heatmap])
        self._levels = Levels(tensors[head.heatmap], activation=activation)
        self._sizes = Levels(tensors[head.size])
        self._offsets = None if head.offset is None else Levels(tensors[head.offset])
        self._turn = [0, 1] if options.order == "xy" else [1, 0]
        cell = float(head.stride)
        self._unit = (cell, cell)
        self._per_cell = 1.0 if options.size_unit == "cell" else 1.0 / cell
        self._most = options.max_candidates
        self.selection = Selection(
            options,
            labels=labels,
            class_count=head.classes,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
            suppressed=True,
        )
        self._floor = self._levels.floor(self.selection.score_threshold)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        head = self.head
        shape = (head.rows, head.columns, -1)
        heatmap = outputs[head.heatmap].reshape(shape)
        rows, columns, kinds = local_maxima(heatmap, self._floor, self._most)
        if len(rows) == 0:
            return Detections.empty()
        scores = self._levels.real(heatmap[rows, columns, kinds])
        # The floor of logits is a lower bound, and infinite scores are none.
        passing = scores >= np.float32(self.selection.score_threshold)
        passing &= np.isfinite(scores)
        if not passing.all():
            rows, columns, kinds = rows[passing], columns[passing], kinds[passing]
            scores = scores[passing]
            if len(rows) == 0:
                return Detections.empty()
        refuse_logits(scores[0])
        middles = np.stack([columns, rows], axis=1).astype(np.float32)
        if self._offsets is not None and head.offset is not None:
            raw = outputs[head.offset].reshape(shape)[rows, columns]
            middles += self._offsets.real(raw)[:, self._turn]
        raw = outputs[head.size].reshape(shape)[rows, columns]
        half = self._sizes.real(raw)[:, self._turn] * (self._per_cell / 2)
        return self.selection.of(
            np.concatenate([middles - half, middles + half], axis=1),
            np.minimum(scores, np.float32(1.0)),
            kinds.astype(np.int64),
            letterbox,
            unit=self._unit,
        )


def _activation(option: str | None, spec: TensorSpec) -> str:
    if option is not None:
        return option
    if holds_scores(spec):
        return "none"
    raise UnsupportedModelError(
        f"Nothing shows whether output '{spec.name}' holds scores or logits. "
        "Pass --option activation=none or sigmoid."
    )
