"""Classifiers: whether two models name the same best class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...runtime.decoders import named_decoder
from ...runtime.geometry import Letterbox
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .scorer import Outputs, Scorer


@dataclass(frozen=True)
class Scores:
    """One classifier's answer.

    Attributes:
        answer: The best class, ties by the decoder's rule.
        scores: float32 (classes,), 0..1.
    """

    answer: int
    scores: npt.NDArray[np.float32]


class ClassScorer(Scorer):
    """Compare the best class, through the runtime's own decoder."""

    metric = "top-1 agreement"
    error_name = "mean_score_error"
    counts = True

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._classes = plan.classes
        options = {**plan.options, "top_k": plan.classes}
        self._float, self._file = (
            named_decoder(plan.decoder, specs, model_size=model_size, options=options)
            for specs in (floats, tensors)
        )

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Scores:
        """Return the float model's scores."""
        return self._scores(self._float.decode(outputs, letterbox))

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Scores:
        """Return the file's scores."""
        return self._scores(self._file.decode(outputs, letterbox))

    def answer(self, reading: Scores) -> int:
        """Return the best class."""
        return reading.answer

    def score(self, reference: Scores, other: Scores) -> float:
        """Return 1 where the best class is the same."""
        return float(reference.answer == other.answer)

    def error(self, reference: Scores, other: Scores) -> float:
        """Return the mean difference of scores."""
        return float(np.abs(reference.scores - other.scores).mean())

    def _scores(self, result: Any) -> Scores:
        scores = np.zeros(self._classes, np.float32)
        scores[result.class_ids] = result.scores
        return Scores(int(result.class_ids[0]), scores)
