"""The cells of an anchor-free head: where each one's middle lies in the input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....errors import shown

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Cells:
    """The cells of all levels, level by level, row by row.

    Attributes:
        x: float32 (cells,): each cell's middle, in pixels of the model's input.
        y: float32 (cells,).
        strides: float32 (cells,): pixels per cell.
        levels: The strides of the levels, in their order.
    """

    x: Values
    y: Values
    strides: Values
    levels: tuple[int, ...]

    @classmethod
    def of(cls, model_size: tuple[int, int], strides: Sequence[int]) -> Cells:
        """Lay cells over an input.

        Args:
            model_size: Width and height of the input, in pixels.
            strides: Pixels per cell, one per level, rising; a level that does not fit
                evenly has one more column or row.

        Raises:
            ValueError: There is no level, or strides are not rising integers above 0.
        """
        levels = tuple(strides) if isinstance(strides, Iterable) else ()
        whole = all(isinstance(s, int) and not isinstance(s, bool) for s in levels)
        if not levels or not whole or levels[0] < 1 or sorted(set(levels)) != [*levels]:
            raise ValueError(
                "strides must be rising integers above 0, for instance [8, 16]; got "
                f"{shown(strides)}."
            )
        x, y, each = [], [], []
        for stride in levels:
            columns, rows = (-(-side // stride) for side in model_size)
            grid_y, grid_x = np.mgrid[0:rows, 0:columns].astype(np.float32)
            x.append((grid_x.ravel() + 0.5) * stride)
            y.append((grid_y.ravel() + 0.5) * stride)
            each.append(np.full(rows * columns, stride, np.float32))
        return cls(np.concatenate(x), np.concatenate(y), np.concatenate(each), levels)

    def __len__(self) -> int:
        return len(self.x)

    def boxes(
        self, distances: npt.NDArray[np.float32], where: npt.NDArray[np.intp]
    ) -> Values:
        """Return float32 (N, 4) xyxy boxes, in pixels of the model's input.

        Args:
            distances: (N, 4): to left, top, right and bottom, in strides.
            where: (N,): the cells that they belong to.
        """
        x, y = self.x[where, None], self.y[where, None]
        reach = distances * self.strides[where, None]
        return np.concatenate(
            [
                x - reach[:, :1],
                y - reach[:, 1:2],
                x + reach[:, 2:3],
                y + reach[:, 3:],
            ],
            axis=1,
        )
