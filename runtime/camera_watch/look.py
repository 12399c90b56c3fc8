"""One look at a picture: the few thousand numbers that the watch compares."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image

Detail = npt.NDArray[np.float32]
Field = npt.NDArray[np.float32]

WIDTH: Final = 80
HEIGHT: Final = 60
COLUMNS: Final = 8
ROWS: Final = 6
_SAMPLES: Final = (3 * WIDTH, 3 * HEIGHT)  # each of the 80x60 is a mean of nine
_LINES: Final = 32
# A Sobel filter answers 8 for a slope of one step per sample. Slopes below two steps
# are as often noise or the compression's work as an edge.
_SLOPE: Final = 8 * 2.0
# Noise of deviation 1 makes slopes of about 5; only twice as much is an edge.
_NOISY_SLOPE: Final = 10.0
_ROW: Final = 320
_LAGS: Final = (2, 4, 16)
PLACES: Final = 8
"""Along each side of the picture, so many places are compared in sharpness."""


class Look:
    """The numbers of one picture, taken in a fraction of a millisecond.

    Args:
        image: uint8 (H, W, 3) BGR.
        before: The look before this one; the noise is seen in the difference.

    Attributes:
        shape: Height and width of the picture.
        gray: The picture in 80x60 samples, float32 (60, 80), 0..255.
        edges: Direction of the edge at each sample, float32 (60, 80, 2): a vector of
            length 0 (flat) to 1 (a clear edge) whose angle is twice that of the edge.
            Doubled, it is the same for a change from dark to bright and back, as when
            an infrared lamp lights the scene instead of the sun.
        noise: Standard deviation of the noise of ``gray``, roughly.
        lengths: Length of each vector of ``edges``, float32 (60, 80).
        lines: Some rows of the picture in full resolution, green channel, uint8.
        rows: The same, 320 wide, float32.
        brightness: Mean of ``gray``.
        color: Mean distance of the channels from gray, in steps of 0..255.
    """

    def __init__(self, image: Image, before: Look | None = None) -> None:
        self.shape: tuple[int, int] = (image.shape[0], image.shape[1])
        height, width = self.shape
        # Reading every pixel of a large picture costs more than it tells.
        sparse: npt.NDArray[Any] = image
        if width >= 2 * _SAMPLES[0] and height >= 2 * _SAMPLES[1]:
            nearest = cv2.INTER_NEAREST
            sparse = np.asarray(cv2.resize(image, _SAMPLES, interpolation=nearest))
        shrinks = sparse.shape[0] >= HEIGHT and sparse.shape[1] >= WIDTH
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(sparse, (WIDTH, HEIGHT), interpolation=how))
        blue, green, red = cv2.split(small)
        away = cv2.norm(red, green, cv2.NORM_L1) + cv2.norm(blue, green, cv2.NORM_L1)
        self.color = float(away) / (HEIGHT * WIDTH)
        self.gray: Field = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)).astype(
            np.float32
        )
        self.brightness = float(self.gray.mean())
        self.noise = 1.0 if before is None else _noise(self.gray - before.gray)
        self.edges, self.lengths = _edges(self.gray, self.noise)
        at = (np.arange(_LINES) * 2 + 1) * height // (2 * _LINES)
        self.lines: npt.NDArray[np.uint8] = np.ascontiguousarray(image[at][:, :, 1])
        rows = np.asarray(cv2.resize(self.lines, (_ROW, _LINES), interpolation=how))
        self.rows: Field = rows.astype(np.float32)


def shared_detail(look: Look, before: Look | None) -> Detail | None:
    """Return how strong the detail of three sizes is that two pictures share.

    Products of the slopes of one picture with those of another have no part of the
    noise, which is different in both, and little of what moved.

    Args:
        look: One picture.
        before: Another one.

    Returns:
        Mean products for detail of about a 160th, an 80th and a 20th of the width, in
        8x8 places of the picture, float32 (3, 8, 8); None where the pictures differ in
        size.
    """
    if before is None or before.shape != look.shape:
        return None
    wide = _ROW - _LAGS[-1]
    energies = []
    for lag in _LAGS:
        product = _slopes(look.rows, lag, wide) * _slopes(before.rows, lag, wide)
        places = product.reshape(PLACES, _LINES // PLACES, PLACES, wide // PLACES)
        energies.append(places.mean(axis=(1, 3)))
    return np.asarray(energies, np.float32)


def cell_sums(values: Field) -> Field:
    """Return the sum of each cell of a (60, 80) array, float32 (6, 8)."""
    means = cv2.resize(values, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    samples = HEIGHT * WIDTH / (ROWS * COLUMNS)
    return np.asarray(np.asarray(means) * samples, np.float32)


def _noise(apart: Field) -> float:
    """Return the noise in a difference, in which some parts moved or grew brighter."""
    some = apart[::2, ::2]
    apart = np.abs(some - np.median(some))
    # What moved is cut off; the median alone knows whole steps only.
    usual = np.minimum(apart, 4 * np.median(apart) + 2)
    return float(usual.mean()) * 1.25 / math.sqrt(2)


def _edges(gray: Field, noise: float) -> tuple[Field, Field]:
    x = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 1, 0))
    y = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    xx, yy = x * x, y * y
    steepness = xx + yy
    scale = 1 / (steepness + np.float32(_SLOPE**2 + (_NOISY_SLOPE * noise) ** 2))
    edges = np.empty((HEIGHT, WIDTH, 2), np.float32)
    edges[..., 0] = (xx - yy) * scale
    edges[..., 1] = 2 * x * y * scale
    return edges, steepness * scale


def _slopes(rows: Field, apart: int, wide: int) -> Field:
    return rows[:, apart : apart + wide] - rows[:, :wide]
