"""The difference between a picture and a reference, in the cells of a grid."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image

_COLUMNS: Final = 20
_ROWS: Final = 15
_CELL: Final = 8  # samples along a side of a cell
_WIDTH: Final = _COLUMNS * _CELL
_HEIGHT: Final = _ROWS * _CELL
# Reading every pixel of a large picture costs more than it tells: a sample is the mean
# of about three by three pixels that lie apart.
_PER_SAMPLE: Final = 3
# In steps of 0..255, mean of a cell. A third of a cell with a contrast of 10, or a
# tenth with one of 30, is above it.
_FLOOR: Final = 2.0
# The mean of 192 noisy differences is within 1.3 times its expectation; this leaves
# room for channels that a camera mixes.
_OVER_NOISE: Final = 1.6
_MOST_NOISE: Final = 6.0
_LEARN: Final = 0.1


class Difference:
    """Whether a picture differs from a reference by more than noise.

    Both are shrunk to 160x120 samples in 20x15 cells. A cell differs when its mean
    absolute difference is above 2 steps of 255 plus 1.6 times the noise of that cell,
    which is learned from pictures that did not differ. At first the noise is the median
    over the cells, but at most 6 steps: a picture that is new everywhere differs.

    What is smaller than about a 300th of the picture and has little contrast may be
    overlooked. Slow changes add up, because the reference stays until it is replaced.
    """

    def __init__(self) -> None:
        self._reference: npt.NDArray[np.uint8] | None = None
        self._size = (0, 0)
        self._noise: npt.NDArray[np.float32] | None = None

    def keep(self, image: Image) -> None:
        """Make a picture the reference of those that follow.

        Args:
            image: uint8 (H, W, 3).
        """
        self._keep(_samples(image), image.shape)

    def differs(self, image: Image) -> bool:
        """Return whether a picture differs; if so, it becomes the reference.

        A picture of another size differs, and so does the first one.

        Args:
            image: uint8 (H, W, 3).
        """
        samples = _samples(image)
        if self._reference is None or self._size != image.shape[:2]:
            self._noise = None
            self._keep(samples, image.shape)
            return True
        apart = _cell_means(cv2.absdiff(samples, self._reference))
        noise = self._noise
        if noise is None:
            usual = min(float(np.median(apart)), _MOST_NOISE)
            noise = np.full((_ROWS, _COLUMNS), usual, np.float32)
        if (apart > _FLOOR + _OVER_NOISE * noise).any():
            self._keep(samples, image.shape)
            return True
        learned = noise + _LEARN * (apart - noise)
        self._noise = np.minimum(learned, np.float32(_MOST_NOISE))
        return False

    def _keep(self, samples: npt.NDArray[np.uint8], shape: tuple[int, ...]) -> None:
        self._reference, self._size = samples, (shape[0], shape[1])


def _samples(image: Image) -> npt.NDArray[np.uint8]:
    """Return a picture as 160x120 samples, (120, 160, 3)."""
    height, width = image.shape[:2]
    across = max(1, width // (_PER_SAMPLE * _WIDTH))
    down = max(1, height // (_PER_SAMPLE * _HEIGHT))
    sparse = np.ascontiguousarray(image[::down, ::across])
    shrinks = sparse.shape[0] >= _HEIGHT and sparse.shape[1] >= _WIDTH
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(sparse, (_WIDTH, _HEIGHT), interpolation=how))


def _cell_means(apart: Any) -> npt.NDArray[np.float32]:
    """Return the mean of each cell, (15, 20), over its samples and channels."""
    means = cv2.resize(apart, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(np.asarray(means, np.float32).mean(axis=2), np.float32)
