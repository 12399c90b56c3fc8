"""Scores per set of kernels, and the figures that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....runtime.geometry import Letterbox
from ....runtime.metrics import wilson_interval
from ..scorer import Scorer
from ..similarity import mean_interval
from ..verification import KERNELS, Verification
from .tally import Outputs, Tally


class ScoreTally(Tally):
    """The scores of all samples so far, per set of kernels.

    Args:
        scorer: Compares two readings of a sample.
        truth: Each sample's true class, or nothing.
    """

    def __init__(self, scorer: Scorer, truth: Sequence[int]) -> None:
        self._scorer = scorer
        self._truth = list(truth)
        self._floats: list[int] = []
        self._answers: dict[str, list[int]] = {name: [] for name in KERNELS}
        self._scores: dict[str, list[float]] = {name: [] for name in KERNELS}
        self._extra: dict[str, list[float]] = {name: [] for name in KERNELS}
        self._weights: dict[str, list[int]] = {name: [] for name in KERNELS}

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's reading of a sample."""
        return self._scorer.read_float(outputs, letterbox)

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's reading of a sample."""
        return self._scorer.read(outputs, letterbox)

    def reference(self, reading: Any) -> None:
        """Add the float model's reading of the next sample."""
        self._floats.append(self._scorer.answer(reading))

    def add(self, name: str, reference: Any, other: Any) -> None:
        """Add the reading of one set of kernels of the same sample."""
        scorer = self._scorer
        self._scores[name].append(scorer.score(reference, other))
        self._extra[name].append(scorer.error(reference, other))
        self._weights[name].append(scorer.weight(reference, other))
        self._answers[name].append(self._scorer.answer(other))

    def result(self, source: str) -> Verification:
        """Return the figures; of both sets of kernels the lower one counts."""
        scorer = self._scorer
        count = len(self._floats)
        kernels: dict[str, dict[str, float]] = {}
        for name in KERNELS:
            kernels[name] = {
                "agreement": self._mean(name),
                scorer.error_name: float(np.mean(self._extra[name])) if count else 0.0,
            }
            if self._truth:
                kernels[name]["accuracy"] = _share(self._answers[name], self._truth)
        worst = min(KERNELS, key=lambda name: kernels[name]["agreement"])
        things = sum(self._weights[worst])
        interval = (
            wilson_interval(round(things * kernels[worst]["agreement"]), things)
            if scorer.counts
            else mean_interval(self._scores[worst])
        )
        return Verification(
            metric=scorer.metric,
            count=count,
            agreement=kernels[worst]["agreement"],
            interval=interval,
            kernels=kernels,
            float_accuracy=_share(self._floats, self._truth) if self._truth else None,
            accuracy=min(kernels[name]["accuracy"] for name in KERNELS)
            if self._truth
            else None,
            details={
                scorer.error_name: max(kernels[n][scorer.error_name] for n in KERNELS),
                **({scorer.weighs: things} if scorer.weighs else {}),
                **scorer.details(),
            },
            source=source,
        )

    def warnings(self) -> tuple[str, ...]:
        """Return that there was nothing to compare, where that is so."""
        scorer = self._scorer
        if not scorer.weighs or any(map(sum, self._weights.values())):
            return ()
        return (
            f"Neither model finds {scorer.weighs} on any of {len(self._floats)} "
            "samples, so nothing is compared. Pass --verify with pictures that show "
            "the objects, or a lower --option score_threshold=0.05.",
        )

    def _mean(self, name: str) -> float:
        """Return the weighted mean score; 0 where there was nothing to agree on."""
        weights = self._weights[name]
        if not sum(weights):
            # Not 1: a comparison of nothing must not pass a budget.
            return 0.0
        return float(np.average(self._scores[name], weights=weights))


def _share(answers: Sequence[int], truth: Sequence[int]) -> float:
    return float(np.mean(np.asarray(answers) == np.asarray(truth)))
