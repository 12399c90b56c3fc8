"""Decode pictures that a model makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..geometry import Letterbox
from ..results import Generation
from ..tensors import TensorSpec
from .tensor_values import Levels

COLORS: Final = ("rgb", "bgr")


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """Options of the decoder ``image``.

    Attributes:
        mean: In pixel units; 127.5 for values in -1..1 (tanh), 0 for 0..1.
        std: In pixel units; 127.5 for -1..1, 255 for 0..1.
        color: Order of the output's three channels, rgb or bgr.
        latent: Number of random numbers that a picture is made from; None means as many
            as the input shows.
    """

    mean: float = 127.5
    std: float = 127.5
    color: str = "rgb"
    latent: int | None = None

    def __post_init__(self) -> None:
        if not self.std > 0 or not np.isfinite([self.mean, self.std]).all():
            raise ValueError(
                f"std must be above 0 and mean a number, got std {self.std}, mean "
                f"{self.mean}."
            )
        if self.color not in COLORS:
            raise ValueError(f"color must be rgb or bgr, got {self.color!r}.")


class ImageDecoder:
    """Turn one output into a picture.

    Tensors, one output: (1, H, W, C) or (H, W, C) with 1 (gray) or 3 channels, float or
    quantized. A pixel is ``value × std + mean``, rounded and cut to 0..255.

    Args:
        tensors: The one output.
        labels: Not used: a picture has no classes.
        model_size: Not used: the picture's size is the output's.
        options: None means the defaults.

    Attributes:
        latent: The option of that name.

    Raises:
        UnsupportedModelError: The output is no picture.
    """

    Options: ClassVar[type] = ImageOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: ImageOptions | None = None,
    ) -> None:
        options = options or ImageOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A model that makes pictures has one output, this one has "
                f"{len(tensors)}. Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        shape = spec.shape[1:] if spec.shape[:1] == (1,) else spec.shape
        if len(shape) != 3 or shape[2] not in (1, 3) or min(shape) < 1:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}; expected a picture "
                "1xHxWx3 or 1xHxWx1. Pass --decoder if this is another kind of model."
            )
        self.latent = options.latent
        self._shape = shape
        self._mean, self._std = np.float32(options.mean), np.float32(options.std)
        self._is_rgb = options.color == "rgb"
        self._levels = Levels(spec)
        self._first = 0
        self._table: npt.NDArray[np.uint8] | None = None
        if spec.dtype.itemsize == 1 and spec.dtype.kind in "iu":
            # There are only 256 raw values: a table replaces the arithmetic.
            every = np.arange(256, dtype=np.uint8).view(spec.dtype)
            self._table = self._pixels(every)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Generation:
        """Return the one picture, BGR."""
        raw = outputs[0].reshape(self._shape)
        if self._table is None:
            pixels = self._pixels(raw)
        else:
            pixels = self._table[raw.view(np.uint8)]
        if self._shape[2] == 1:
            pixels = np.repeat(pixels, 3, axis=2)
        elif self._is_rgb:
            pixels = pixels[:, :, ::-1]
        return Generation(np.ascontiguousarray(pixels[np.newaxis]))

    def _pixels(self, raw: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        reals = self._levels.real(raw) * self._std + self._mean
        # NaN becomes black.
        finite = np.nan_to_num(reals, nan=0.0, posinf=255.0, neginf=0.0)
        return np.asarray(np.rint(finite).clip(0, 255), np.uint8)
