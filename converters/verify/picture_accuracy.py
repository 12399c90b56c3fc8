"""Pictures of a float model and of its file, compared with the true ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ...runtime.frame import Image
from ...runtime.geometry import Letterbox
from ...runtime.metrics import psnr, ssim
from ..datasets import ImageSet
from .scorer import Scorer
from .verification import KERNELS, Verification


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
