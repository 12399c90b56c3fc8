"""Numbers that compare two models: pure functions, sizes of zero included."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Z_95: Final = 1.959963984540054


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean's 95 % interval by the normal approximation, cut to 0..1."""
    if not len(values):
        return 0.0, 1.0
    array = np.asarray(values, np.float64)
    spread = 0.0
    if len(array) > 1:
        spread = Z_95 * float(array.std(ddof=1)) / math.sqrt(len(array))
    middle = float(array.mean())
    return max(0.0, middle - spread), min(1.0, middle + spread)


def cosine(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the cosine of two vectors, -1..1; two zero vectors are equal."""
    left = np.asarray(a, np.float64).reshape(-1)
    right = np.asarray(b, np.float64).reshape(-1)
    lengths = float(np.linalg.norm(left)) * float(np.linalg.norm(right))
    if lengths == 0:
        return 1.0 if not left.any() and not right.any() else 0.0
    return float(left @ right) / lengths


def mean_iou(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    """Return the mean IoU of two class maps over the classes in either, 0..1."""
    scores = []
    for value in np.union1d(a, b):
        left, right = a == value, b == value
        scores.append(float((left & right).sum() / (left | right).sum()))
    return float(np.mean(scores)) if scores else 1.0


def relative_error(reference: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Return the root mean square difference over the reference's spread.

    0 is equal; 1 is as far off as the reference's own mean would be. A constant
    reference is measured by its size instead.
    """
    a = np.asarray(reference, np.float64)
    b = np.asarray(other, np.float64)
    if not a.size:
        return 0.0
    difference = float(np.sqrt(np.mean((a - b) ** 2)))
    spread = float(a.std()) or float(np.sqrt(np.mean(a**2)))
    if spread == 0:
        return 0.0 if difference == 0 else math.inf
    return difference / spread
