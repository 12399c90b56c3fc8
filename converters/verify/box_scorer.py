"""Detectors: which boxes of one model the other finds too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ...runtime.decoders import named_decoder
from ...runtime.geometry import Letterbox, iou
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .scorer import Outputs, Scorer

_IOU: Final = 0.5


class BoxScorer(Scorer):
    """Compare detections: which boxes of one model the other finds too.

    A sample's score is the share of all boxes, of both models, that have a partner of
    the same class at an IoU of 0.5 or more. Its weight is the number of these boxes.
    """

    metric = "boxes refound at IoU 0.5"
    error_name = "mean_score_error"
    counts = True
    weighs = "boxes"

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._float, self._file = (
            named_decoder(
                plan.decoder, specs, model_size=model_size, options=plan.options
            )
            for specs in (floats, tensors)
        )

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's detections."""
        return self._float.decode(outputs, letterbox)

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's detections."""
        return self._file.decode(outputs, letterbox)

    def score(self, reference: Any, other: Any) -> float:
        """Return the share of boxes with a partner."""
        boxes = self.weight(reference, other)
        return 2 * len(_partners(reference, other)) / boxes if boxes else 1.0

    def error(self, reference: Any, other: Any) -> float:
        """Return the mean difference of partners' scores."""
        pairs = _partners(reference, other)
        if not pairs:
            return 0.0
        first, second = (list(column) for column in zip(*pairs, strict=True))
        return float(np.abs(reference.scores[first] - other.scores[second]).mean())

    def weight(self, reference: Any, other: Any) -> int:
        """Return the number of boxes of both."""
        return len(reference) + len(other)


def _partners(reference: Any, other: Any) -> list[tuple[int, int]]:
    """Return pairs of boxes of one class, the best overlaps first, each box once."""
    overlaps = iou(reference.boxes, other.boxes)
    overlaps[reference.class_ids[:, None] != other.class_ids[None]] = 0
    pairs: list[tuple[int, int]] = []
    for _ in range(min(overlaps.shape)):
        row, column = np.unravel_index(int(overlaps.argmax()), overlaps.shape)
        if overlaps[row, column] < _IOU:
            break
        pairs.append((int(row), int(column)))
        overlaps[row, :] = 0
        overlaps[:, column] = 0
    return pairs
