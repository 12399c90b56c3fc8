"""Pictures and maps: how alike those of two models are, and how true."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...runtime.decoders import named_decoder
from ...runtime.frame import Image
from ...runtime.geometry import Letterbox
from ...runtime.metrics import correlation, decibels, mean_level_error, psnr, ssim
from ...runtime.tensors import TensorSpec
from ..datasets import ImageSet
from ..plan import OutputPlan
from .scorer import Outputs, Scorer
from .similarity import relative_error
from .verification import KERNELS, Verification

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


class PictureAccuracy:
    """SSIM and PSNR of two models against true pictures.

    Args:
        images: The pictures, with a true one for some of them.
        scorer: Reads the outputs of both models as pictures.
        color: Channel order of arrays in the set.
    """

    def __init__(self, images: ImageSet, scorer: Scorer, *, color: str = "rgb") -> None:
        self._images = images
        self._scorer = scorer
        self._color = color
        self._truth: Image | None = None
        self._ssim: dict[str, list[float]] = {}
        self._psnr: dict[str, list[float]] = {}

    def picture(self, position: int, image: Image) -> None:
        """Read the true picture of the next picture.

        Raises:
            SourceError: It cannot be read.
        """
        self._truth = self._images.target(position, color=self._color)

    def add(
        self, name: str, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> None:
        """Compare one model's picture with the true one, where there is one.

        Args:
            name: ``float``, or the name of a set of kernels of the file.
            outputs: The raw output tensors.
            letterbox: How the picture was laid into the input.
        """
        if self._truth is None:
            return
        read = self._scorer.read_float if name == "float" else self._scorer.read
        answer: Image = read(outputs, letterbox)
        truth = _as_answer(self._truth, answer, letterbox)
        self._ssim.setdefault(name, []).append(ssim(answer, truth))
        self._psnr.setdefault(name, []).append(psnr(answer, truth))

    def completed(self, verification: Verification) -> Verification:
        """Return a verification with the figures of both models."""
        likeness = {name: _mean(self._ssim, name) for name in ("float", *KERNELS)}
        noise = {name: _mean(self._psnr, name) for name in ("float", *KERNELS)}
        kernels = {
            name: {
                **verification.kernels[name],
                "ssim_to_truth": likeness[name],
                "psnr_to_truth_db": noise[name],
            }
            for name in KERNELS
        }
        return replace(
            verification,
            kernels=kernels,
            float_accuracy=likeness["float"],
            accuracy=min(likeness[name] for name in KERNELS),
            accuracy_name="SSIM to the true pictures",
            details={
                **verification.details,
                "float_psnr_to_truth_db": noise["float"],
                "psnr_to_truth_db": min(noise[name] for name in KERNELS),
            },
        )


def _as_answer(truth: Image, answer: Image, letterbox: Letterbox) -> Image:
    """Return the part of a true picture that an answer shows, in the answer's size."""
    rows, columns = truth.shape[:2]
    across = columns / letterbox.source_size[0]
    down = rows / letterbox.source_size[1]
    x, y, width, height = letterbox.crop
    part = truth[
        round(y * down) : max(round((y + height) * down), round(y * down) + 1),
        round(x * across) : max(round((x + width) * across), round(x * across) + 1),
    ]
    if answer.ndim == 2:
        part = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)
    size = answer.shape[1::-1]
    if part.shape[1::-1] == size:
        return part
    smaller = size[0] * size[1] < part.shape[0] * part.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, size, interpolation=way), np.uint8)


def _mean(values: Mapping[str, Sequence[float]], name: str) -> float:
    known = values.get(name, ())
    return round(float(np.mean(known)), 6) if known else 0.0
