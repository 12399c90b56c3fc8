"""The likeness of pictures, and of maps of numbers: PSNR, SSIM, correlation."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

# Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image quality assessment: from
# error visibility to structural similarity. IEEE Trans. Image Processing 13 (2004).
_WINDOW: Final = 11
_SIGMA: Final = 1.5
_K1: Final = 0.01
_K2: Final = 0.03
PEAK: Final = 255.0
MOST_DB: Final = 100.0
"""PSNR of equal pictures, which have no noise; JSON has no infinity."""


def psnr(
    picture: npt.NDArray[Any], reference: npt.NDArray[Any], *, peak: float = PEAK
) -> float:
    """Return the peak signal-to-noise ratio in dB, at most 100.

    Args:
        picture: (H, W) or (H, W, C).
        reference: Of the same shape.
        peak: Distance between black and white.

    Raises:
        ValueError: The shapes differ, or there are no pixels.
    """
    gap = _difference(picture, reference)
    return decibels(float(np.mean(gap**2)), peak=peak)


def decibels(mean_square: float, *, peak: float = PEAK) -> float:
    """Return the peak signal-to-noise ratio of a mean squared error, at most 100."""
    if mean_square <= 0:
        return MOST_DB
    return min(MOST_DB, 10 * math.log10(peak**2 / mean_square))


def mean_level_error(picture: npt.NDArray[Any], reference: npt.NDArray[Any]) -> float:
    """Return the mean absolute difference of two pictures of one shape, in levels.

    Raises:
        ValueError: The shapes differ, or there are no pixels.
    """
    return float(np.abs(_difference(picture, reference)).mean())


def ssim(
    picture: npt.NDArray[Any], reference: npt.NDArray[Any], *, peak: float = PEAK
) -> float:
    """Return the structural similarity of two pictures, -1..1; 1 means equal.

    As Wang and others (2004) define it: a Gaussian window of 11 x 11 with a sigma of
    1.5, at the places where it lies wholly inside. Smaller pictures have a smaller
    window. Colours: the mean over the channels.

    Args:
        picture: (H, W) or (H, W, C).
        reference: Of the same shape.
        peak: Distance between black and white.

    Raises:
        ValueError: The shapes differ, or there are no pixels.
    """
    _difference(picture, reference)
    rows, columns = picture.shape[:2]
    pairs = zip(
        np.moveaxis(np.atleast_3d(picture), 2, 0),
        np.moveaxis(np.atleast_3d(reference), 2, 0),
        strict=True,
    )
    side = min(_WINDOW, rows, columns)
    side -= 1 - side % 2
    kernel = cv2.getGaussianKernel(side, _SIGMA, cv2.CV_64F)
    return float(np.mean([_ssim(a, b, kernel, peak) for a, b in pairs]))


def _ssim(
    one: npt.NDArray[Any],
    other: npt.NDArray[Any],
    kernel: npt.NDArray[Any],
    peak: float,
) -> float:
    a, b = one.astype(np.float64), other.astype(np.float64)
    margin = len(kernel) // 2

    def smooth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        whole = cv2.sepFilter2D(values, cv2.CV_64F, kernel, kernel)
        inner = slice(margin, -margin or None)
        return np.asarray(whole[inner, inner], np.float64)

    mean_a, mean_b = smooth(a), smooth(b)
    variance_a = smooth(a * a) - mean_a**2
    variance_b = smooth(b * b) - mean_b**2
    covariance = smooth(a * b) - mean_a * mean_b
    c1, c2 = (_K1 * peak) ** 2, (_K2 * peak) ** 2
    above = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    below = (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    return float(np.mean(above / below))


def correlation(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Return Pearson's correlation of two maps, -1..1.

    Two constant maps are equal (1) or not (0); a constant one has 0 with any other.
    """
    a = np.asarray(one, np.float64).reshape(-1)
    b = np.asarray(other, np.float64).reshape(-1)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    if size == 0:
        return float(np.array_equal(np.asarray(one), np.asarray(other)))
    return float(a @ b) / size


def _difference(
    picture: npt.NDArray[Any], reference: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    if picture.shape != reference.shape or picture.ndim not in (2, 3):
        raise ValueError(
            f"two pictures of one shape were expected, got {picture.shape} and "
            f"{reference.shape}."
        )
    if not picture.size:
        raise ValueError(f"a picture needs pixels, got {picture.shape}.")
    gap = picture.astype(np.float64) - reference.astype(np.float64)
    return np.asarray(gap, np.float64)
