"""Outputs as numbers: embeddings, generated pictures and plain tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...runtime.geometry import Letterbox
from ...runtime.tensors import TensorSpec, to_real
from .scorer import Outputs, Scorer
from .similarity import cosine, relative_error

_WORST: Final = 1000.0


class _NumberScorer(Scorer):
    """A scorer that reads outputs as real numbers."""

    def __init__(self, tensors: Sequence[TensorSpec]) -> None:
        self._tensors = tensors

    def read_float(
        self, outputs: Outputs, letterbox: Letterbox
    ) -> list[npt.NDArray[Any]]:
        """Return the float model's outputs as they are."""
        return [np.asarray(output) for output in outputs]

    def read(self, outputs: Outputs, letterbox: Letterbox) -> list[npt.NDArray[Any]]:
        """Return the file's outputs as reals."""
        return [
            to_real(output, tensor)
            for output, tensor in zip(outputs, self._tensors, strict=True)
        ]

    def error(self, reference: Outputs, other: Outputs) -> float:
        """Return the worst output's relative error."""
        worst = max(relative_error(a, b) for a, b in zip(reference, other, strict=True))
        # A constant reference has no spread to measure by; JSON has no infinity.
        return min(worst, _WORST) if worst == worst else _WORST


class EmbeddingScorer(_NumberScorer):
    """Compare embeddings by their direction."""

    metric = "cosine"

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return the cosine, negative ones as 0."""
        return max(0.0, cosine(reference[0], other[0]))


class ImageScorer(_NumberScorer):
    """Compare generated pictures: relative error, levels of 255, PSNR."""

    metric = "1 - relative error of the pictures"
    error_name = "mean_level_error"

    def __init__(self, tensors: Sequence[TensorSpec], *, std: float) -> None:
        super().__init__(tensors)
        self._std = std
        self._squares: list[float] = []

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return 1 for equal pictures, 0 from a relative error of 1 on."""
        gap = self._gap(reference, other)
        self._squares.append(float(np.mean(gap**2)))
        return max(0.0, 1 - relative_error(reference[0], other[0]))

    def error(self, reference: Outputs, other: Outputs) -> float:
        """Return the mean difference in levels of 255."""
        return float(np.abs(self._gap(reference, other)).mean())

    def details(self) -> dict[str, float]:
        """Return the peak signal-to-noise ratio over all pictures, in dB."""
        mean = float(np.mean(self._squares)) if self._squares else 0.0
        # Equal pictures have no noise; JSON has no infinity.
        return {"psnr_db": round(10 * math.log10(255**2 / max(mean, 1e-5)), 2)}

    def _gap(self, reference: Outputs, other: Outputs) -> npt.NDArray[np.float64]:
        values = np.asarray(reference[0], np.float64) - np.asarray(other[0])
        return np.asarray(values * self._std, np.float64)


class TensorScorer(_NumberScorer):
    """Compare outputs of unknown meaning by their relative error."""

    metric = "1 - relative error of the worst output"

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return 1 for equal outputs, 0 from a relative error of 1 on."""
        return max(0.0, 1 - self.error(reference, other))
