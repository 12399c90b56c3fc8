"""The values of a map between the points of its grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...tensors import TensorSpec
from ..heatmaps import Places

Reals = npt.NDArray[np.float32]


class GridMap:
    """One frame's map, read at any place by bilinear interpolation.

    Only the values that are asked for become reals: a person needs a few hundred of the
    two hundred thousand that the maps of one frame hold.

    Args:
        raw: (rows, columns, channels), the tensor as the interpreter has it.
        spec: Its quantization.
        divisor: What the reals are divided by, such as the stride.

    Attributes:
        last: The last row and column.
    """

    def __init__(
        self, raw: npt.NDArray[Any], spec: TensorSpec, divisor: float = 1.0
    ) -> None:
        self._raw = raw
        self._value = raw.item
        self.last = (raw.shape[0] - 1, raw.shape[1] - 1)
        self._step = (float(spec.scale) if spec.is_quantized else 1.0) / divisor
        self._zero = float(spec.zero_point) if spec.is_quantized else 0.0

    def inside(self, y: float, x: float) -> tuple[float, float]:
        """Return the nearest place on the grid; what is no number is at its start."""
        last_row, last_column = self.last
        # NaN compares with nothing: it becomes 0.
        y = (y if y < last_row else last_row) if y > 0 else 0.0
        x = (x if x < last_column else last_column) if x > 0 else 0.0
        return y, x

    def on_grid(self, rows: Places, columns: Places, channels: Places) -> Reals:
        """Return the reals at points of the grid, float32."""
        raw = self._raw[rows, columns, channels].astype(np.float32)
        return np.asarray((raw - self._zero) * self._step, np.float32)

    def at(self, y: float, x: float, channel: int) -> float:
        """Return the real of a channel at a place on the grid, in grid points."""
        top, left = int(y), int(x)
        last_row, last_column = self.last
        bottom = top + 1 if top < last_row else top
        right = left + 1 if left < last_column else left
        down, along, value = y - top, x - left, self._value
        upper, lower = value(top, left, channel), value(bottom, left, channel)
        upper += along * (value(top, right, channel) - upper)
        lower += along * (value(bottom, right, channel) - lower)
        return float((upper + down * (lower - upper) - self._zero) * self._step)

    def pair(self, y: float, x: float, first: int, second: int) -> tuple[float, float]:
        """Return the reals of two channels at a place; the loop's innermost step."""
        top, left = int(y), int(x)
        last_row, last_column = self.last
        bottom = top + 1 if top < last_row else top
        right = left + 1 if left < last_column else left
        down, along, value = y - top, x - left, self._value
        upper, lower = value(top, left, first), value(bottom, left, first)
        upper += along * (value(top, right, first) - upper)
        lower += along * (value(bottom, right, first) - lower)
        one = upper + down * (lower - upper)
        upper, lower = value(top, left, second), value(bottom, left, second)
        upper += along * (value(top, right, second) - upper)
        lower += along * (value(bottom, right, second) - lower)
        other = upper + down * (lower - upper)
        return (one - self._zero) * self._step, (other - self._zero) * self._step
