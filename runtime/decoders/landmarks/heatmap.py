"""Points moved to where a heatmap is bright, as BlazePose's graph does it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...tensors import TensorSpec
from ..tensor_values import Levels

_KERNEL: Final = 7
_LEAST: Final = 0.5


class HeatmapRefinement:
    """Replace a point by the mean of the heatmap around it, weighted by its scores.

    The rule is MediaPipe's ``RefineLandmarksFromHeatmapCalculator`` with the kernel of
    7 that its pose graph states: a point moves when the brightest of the 7x7 cells
    around its own has a score of 0.5 or more. A point beyond the left, right or upper
    edge stays; one just below the lower edge moves, because MediaPipe compares the
    column there.

    Args:
        spec: The heatmap's tensor, (1, h, w, K), logits.
        model_size: Width and height of the model's input.
    """

    def __init__(self, spec: TensorSpec, model_size: tuple[int, int]) -> None:
        _, self._rows, self._columns, self._count = spec.shape
        self._levels = Levels(spec, activation="sigmoid")
        self._cell = np.array(
            [model_size[0] / self._columns, model_size[1] / self._rows], np.float32
        )
        self._offsets = np.arange(_KERNEL) - _KERNEL // 2
        self._channels = np.arange(self._count)[:, None, None]

    def apply(self, points: npt.NDArray[np.float32], raw: npt.NDArray[Any]) -> None:
        """Move points in place.

        Args:
            points: float32 (K, 2), x and y in pixels of the model's input.
            raw: The heatmap's output.
        """
        cells = points / self._cell
        # As a cast in C: towards 0. The limit keeps wild points inside of int64.
        centers = np.trunc(cells.clip(-1e6, 1e6)).astype(np.int64)
        columns = centers[:, 0, None] + self._offsets
        rows = centers[:, 1, None] + self._offsets
        inside = ((rows >= 0) & (rows < self._rows))[:, :, None] & (
            (columns >= 0) & (columns < self._columns)
        )[:, None, :]
        window = raw.reshape(self._rows, self._columns, self._count)[
            rows.clip(0, self._rows - 1)[:, :, None],
            columns.clip(0, self._columns - 1)[:, None, :],
            self._channels,
        ]
        scores = self._levels.real(window) * inside
        total = scores.sum(axis=(1, 2))
        moves = (
            (scores.max(axis=(1, 2)) >= _LEAST)
            & (centers[:, 0] >= 0)
            & (centers[:, 0] < self._columns)
            & (centers[:, 1] >= 0)
        )
        safe = np.where(total > 0, total, 1.0)
        x = (scores.sum(axis=1) * columns).sum(axis=1) / safe
        y = (scores.sum(axis=2) * rows).sum(axis=1) / safe
        means = np.stack([x, y], axis=1) * self._cell
        points[moves] = means[moves]
