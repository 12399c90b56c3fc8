"""The anchors of MediaPipe's detectors: points, because all anchors have one size.

The rule is that of MediaPipe's ``SsdAnchorsCalculator`` with ``fixed_anchor_size``:
each cell of each layer has an anchor per aspect ratio (there is one, 1.0) and one more
for the scale between two layers; layers of equal strides share their cells. All anchors
of a cell lie in its middle, so scales decide nothing but their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

Centers = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Grid:
    """The cells of one stride.

    Attributes:
        columns: Cells side by side.
        rows: Cells one below the other.
        per_cell: Anchors in each cell.
    """

    columns: int
    rows: int
    per_cell: int

    @property
    def count(self) -> int:
        """Return the number of anchors."""
        return self.columns * self.rows * self.per_cell


def grids(
    model_size: tuple[int, int], strides: Sequence[int], *, interpolated: bool = True
) -> tuple[Grid, ...]:
    """Return the cells of each stride, in the order of the anchors.

    Args:
        model_size: Width and height of the input.
        strides: Model pixels per cell, one per layer; equal neighbours share cells.
        interpolated: Each layer has a second anchor per cell, for the scale between
            it and the next one (``interpolated_scale_aspect_ratio`` above 0).
    """
    width, height = model_size
    each = 2 if interpolated else 1
    return tuple(
        Grid(-(-width // stride), -(-height // stride), each * len(list(layers)))
        for stride, layers in groupby(strides)
    )


def anchor_centers(model_size: tuple[int, int], parts: Sequence[Grid]) -> Centers:
    """Return the middle of each anchor, float32 (N, 2), x and y in model pixels."""
    width, height = model_size
    centers = []
    for grid in parts:
        # Where a side is no multiple of the stride, MediaPipe divides it evenly.
        x = (np.arange(grid.columns) + 0.5) * (width / grid.columns)
        y = (np.arange(grid.rows) + 0.5) * (height / grid.rows)
        cells = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        centers.append(np.repeat(cells, grid.per_cell, axis=0))
    return np.concatenate(centers).astype(np.float32)
