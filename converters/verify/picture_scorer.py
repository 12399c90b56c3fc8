"""Pictures and maps: how alike those of the float model and of the file are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...runtime.decoders import named_decoder
from ...runtime.frame import Image
from ...runtime.geometry import Letterbox
from ...runtime.metrics import correlation, decibels, mean_level_error, ssim
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .scorer import Outputs, Scorer
from .similarity import relative_error

_WORST: Final = 1000.0


class _OutputImageScorer(Scorer):
    """A scorer that reads outputs with the runtime's own decoder."""

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
        """Return the float model's picture."""
        return self._numbers(self._float.decode(outputs, letterbox))

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's picture."""
        return self._numbers(self._file.decode(outputs, letterbox))

    @abstractmethod
    def _numbers(self, result: Any) -> npt.NDArray[Any]:
        """Return what is compared of a result."""


class PictureScorer(_OutputImageScorer):
    """Compare pictures: SSIM, PSNR, levels of 255."""

    metric = "SSIM"
    error_name = "mean_level_error"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._squares: list[float] = []

    def score(self, reference: Image, other: Image) -> float:
        """Return the structural similarity, negative ones as 0."""
        gap = reference.astype(np.float64) - other
        self._squares.append(float(np.mean(gap**2)))
        return max(0.0, ssim(other, reference))

    def error(self, reference: Image, other: Image) -> float:
        """Return the mean difference in levels of 255."""
        return mean_level_error(other, reference)

    def details(self) -> dict[str, float]:
        """Return the PSNR over all pixels of both sets of kernels, in dB."""
        mean = float(np.mean(self._squares)) if self._squares else 0.0
        return {"psnr_db": round(decibels(mean), 2)}

    def _numbers(self, result: Any) -> npt.NDArray[Any]:
        image: Image = result.image
        return image


class MapScorer(_OutputImageScorer):
    """Compare maps of numbers, such as depths: correlation, relative error."""

    metric = "correlation of the maps"
    error_name = "mean_relative_error"

    def score(self, reference: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
        """Return the correlation of all values, negative ones as 0."""
        return max(0.0, correlation(reference, other))

    def error(self, reference: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
        """Return the root mean square difference over the float map's spread."""
        worst = relative_error(reference, other)
        return min(worst, _WORST) if worst == worst else _WORST

    def _numbers(self, result: Any) -> npt.NDArray[Any]:
        values: npt.NDArray[Any] = result.values
        return values
