"""Decode pictures, and maps of numbers, that a model answers with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...frame import Image
from ...geometry import Letterbox
from ...results import OutputImage
from ...tensors import TensorSpec
from ..tensor_values import Levels
from .options import ImageOptions


class ImageDecoder:
    """Turn one output into a picture, or into a map of numbers with its colours.

    Tensors, one output: (1, H, W, C) or (H, W, C) with 1 (gray) or 3 channels, or
    (1, H, W), float or quantized. H and W may differ from the input's.

    - ``kind`` picture: a pixel is ``value × std + mean``, rounded and cut to 0..255.
    - ``kind`` map: one channel; the values stay as they are, and the picture shows them
      in colours.

    The part of the output that is a letterbox's padding is cut off.

    Args:
        tensors: The one output.
        labels: Not used: a picture has no classes.
        model_size: Not used: how the frame was laid in says it.
        options: None means the defaults.

    Attributes:
        latent: The option of that name.

    Raises:
        UnsupportedModelError: The output is no picture, or nothing says what its values
            are.
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
        self.latent = options.latent
        self._options = options
        self._shape = _picture_shape(spec, options.kind)
        self._levels = Levels(spec)
        self._table: npt.NDArray[np.uint8] | None = None
        if options.kind == "map":
            return
        if options.mean is None or options.std is None:
            raise UnsupportedModelError(
                f"Nothing says which values of output '{spec.name}' are black and "
                "white. Pass --option pixels=unit for 0..1, --option pixels=signed for "
                "-1..1, --option pixels=raw for 0..255, or --option kind=map for a "
                "depth or another map of numbers."
            )
        self._mean, self._std = np.float32(options.mean), np.float32(options.std)
        has_table = options.clip and not options.residual
        if has_table and spec.dtype.itemsize == 1 and spec.dtype.kind in "iu":
            # There are only 256 raw values: a table replaces the arithmetic.
            every = np.arange(256, dtype=np.uint8).view(spec.dtype)
            self._table = self._pixels(every)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> OutputImage:
        """Return the picture of one frame.

        Raises:
            UnsupportedModelError: The option residual needs the model's input too.
        """
        if self._options.residual:
            raise UnsupportedModelError(
                "The option residual needs the picture that the model takes: use "
                "'edgevision run', or load_model from Python."
            )
        whole = outputs[0].reshape(self._shape)
        rows, columns = _content(letterbox, self._shape[:2])
        raw = whole[rows, columns]
        frame, part = letterbox.source_size, letterbox.crop
        if self._options.kind == "map":
            values = self._levels.real(raw[:, :, 0])
            return OutputImage(
                self._colored(values), frame, part, values, self._options.near
            )
        if self._table is None:
            pixels = self._pixels(raw)
        else:
            pixels = self._table[raw.view(np.uint8)]
        return OutputImage(self._ordered(pixels), frame, part)

    def decode_residual(
        self,
        outputs: Sequence[npt.NDArray[Any]],
        letterbox: Letterbox,
        levels: npt.NDArray[np.float32],
    ) -> OutputImage:
        """Return the input without its noise, or with its detail.

        Args:
            outputs: The raw output.
            letterbox: How the frame was laid into the input.
            levels: float32 (H, W, C), the input's pixels, 0..255, in its own order.

        Raises:
            UnsupportedModelError: Input and output have different sizes.
        """
        if levels.shape != self._shape:
            raise UnsupportedModelError(
                f"The option residual needs an output of the input's size "
                f"{'x'.join(map(str, levels.shape))}, got "
                f"{'x'.join(map(str, self._shape))}."
            )
        rows, columns = _content(letterbox, self._shape[:2])
        answer = self._levels.real(outputs[0].reshape(self._shape)[rows, columns])
        with np.errstate(over="ignore", invalid="ignore"):
            change = answer * self._std
        change = np.nan_to_num(change, nan=0.0, posinf=0.0, neginf=0.0)
        shown = levels[rows, columns]
        total = (
            shown - change if self._options.residual == "subtract" else shown + change
        )
        pixels = np.asarray(np.rint(total).clip(0, 255), np.uint8)
        return OutputImage(self._ordered(pixels), letterbox.source_size, letterbox.crop)

    def _ordered(self, pixels: npt.NDArray[np.uint8]) -> Image:
        """Return pixels (h, w, C) as pictures are: gray (h, w), or BGR."""
        if self._shape[2] == 1:
            pixels = pixels[:, :, 0]
        elif self._options.color == "rgb":
            pixels = pixels[:, :, ::-1]
        return np.ascontiguousarray(pixels)

    def _pixels(self, raw: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        with np.errstate(over="ignore", invalid="ignore"):
            reals = self._levels.real(raw) * self._std + self._mean
        # NaN becomes black.
        finite = np.nan_to_num(reals, nan=0.0, posinf=255.0, neginf=0.0)
        if not self._options.clip:
            low, high = min(0.0, float(finite.min())), max(255.0, float(finite.max()))
            finite = (finite - low) * np.float32(255 / (high - low))
        return np.asarray(np.rint(finite).clip(0, 255), np.uint8)

    def _colored(self, values: npt.NDArray[np.float32]) -> Image:
        """Return a map's values as colours; NaN has the first one."""
        finite = values[np.isfinite(values)]
        low, high = self._options.range or (
            (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        )
        span = (high - low) or 1.0
        shares = (values.astype(np.float64) - low) / span
        shares = np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
        if self._options.near == "small":
            shares = np.where(np.isfinite(values), 1 - shares, 0.0)
        levels = np.rint(shares * 255).astype(np.uint8)
        if self._options.colormap == "gray":
            return levels
        code = getattr(cv2, f"COLORMAP_{self._options.colormap.upper()}")
        return np.asarray(cv2.applyColorMap(levels, code), np.uint8)


def _picture_shape(spec: TensorSpec, kind: str) -> tuple[int, int, int]:
    """Return rows, columns and channels of the one picture in a tensor.

    Raises:
        UnsupportedModelError: It holds none.
    """
    shape = spec.shape[1:] if spec.shape[:1] == (1,) else spec.shape
    if len(shape) == 2 and len(spec.shape) == 3:
        shape = (*shape, 1)
    allowed = (1,) if kind == "map" else (1, 3)
    if len(shape) != 3 or shape[2] not in allowed or min(shape) < 1:
        wanted = "a map 1xHxWx1" if kind == "map" else "a picture 1xHxWx3 or 1xHxWx1"
        raise UnsupportedModelError(
            f"Output '{spec.name}' has shape {spec.shape}; expected {wanted}. Pass "
            "--decoder if this is another kind of model."
        )
    return shape[0], shape[1], shape[2]


def _content(letterbox: Letterbox, size: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of an output that show the frame."""
    slices = []
    for axis, cells in ((1, size[0]), (0, size[1])):
        start, length = letterbox.content[axis], letterbox.content[axis + 2]
        ratio = cells / letterbox.model_size[axis]
        first = min(round(start * ratio), cells - 1)
        slices.append(slice(first, max(first + 1, round((start + length) * ratio))))
    return slices[0], slices[1]
