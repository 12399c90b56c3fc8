"""Decode FOMO: a class for each cell of a coarse grid becomes objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, unknown_name
from ...geometry import Letterbox
from ...labels import BACKGROUND
from ...results import Detections
from ...tensors import TensorSpec
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import Levels
from .cells import objects_of_cells

ACTIVATIONS: Final = ("none", "softmax")


@dataclass(frozen=True, kw_only=True)
class FomoOptions(DetectorOptions):
    """Options of the decoder ``fomo``.

    Attributes:
        score_threshold: Smallest score of a cell, 0..1; Edge Impulse's default is 0.5.
        activation: softmax when the cells hold logits; none when they hold scores.
    """

    score_threshold: float = 0.5
    activation: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.activation not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", self.activation, ACTIVATIONS))


class FomoDecoder:
    """Turn the cells of Edge Impulse's FOMO into objects.

    Tensors, one output, float or integer:

    - (1, rows, columns, C): for each cell of the grid a score per class, 0..1, the
      background first; or logits.

    Cells of one class whose score reaches the threshold, and which touch at a side or
    corner, are one object: its box is the extent of these cells, its score the best of
    theirs. The network says where the middle of an object is, not how large it is: use
    the middle of the box.

    Args:
        tensors: The one output.
        labels: One text per class, with or without the background first; empty for
            numbers, where 0 is the first class behind the background.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.
    """

    Options: ClassVar[type] = FomoOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: FomoOptions | None = None,
    ) -> None:
        options = options or FomoOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A FOMO model has one output, this one has {len(tensors)}. "
                "Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        if len(spec.shape) != 4 or spec.shape[0] != 1 or spec.shape[3] < 2:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}; expected a score per "
                "class for each cell, the background first: (1, rows, columns, "
                "classes + 1). Pass --decoder if this is another kind of model."
            )
        self._shape = rows, columns, channels = spec.shape[1:]
        if labels and labels[0].lower() in BACKGROUND:
            labels = labels[1:]
        if labels and len(labels) != channels - 1:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has {channels - 1} classes beside the "
                f"background, but there are {len(labels)} labels. Pass --labels with "
                f"{channels - 1} texts."
            )
        self._softmax = options.activation == "softmax"
        self._levels = Levels(spec)
        self._unit = (model_size[0] / columns, model_size[1] / rows)
        self.selection = Selection(
            options,
            labels=labels,
            class_count=channels - 1,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
            suppressed=True,
        )
        threshold = self.selection.score_threshold
        self._floor = threshold if self._softmax else self._levels.floor(threshold)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        raw = outputs[0].reshape(self._shape)
        if self._softmax:
            raw = _softmax(self._levels.real(raw))
        objects = raw[:, :, 1:]
        hits = objects >= self._floor
        values = objects[hits]
        if len(values) == 0:
            return Detections.empty()
        scores = values if self._softmax else self._levels.real(values)
        boxes, scores, ids = objects_of_cells(
            hits, np.minimum(scores, np.float32(1.0), dtype=np.float32)
        )
        return self.selection.of(boxes, scores, ids, letterbox, unit=self._unit)


def _softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return scores that add up to 1 over the last axis."""
    shares = np.exp(logits - logits.max(axis=2, keepdims=True))
    return np.asarray(shares / shares.sum(axis=2, keepdims=True), np.float32)
