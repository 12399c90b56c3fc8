"""The accuracy of numbers: pure functions over arrays, empty ones included."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def mean_absolute_error(truth: npt.ArrayLike, values: npt.ArrayLike) -> Floats:
    """Return the mean absolute difference per value, float64 (C,).

    Args:
        truth: (N, C); NaN where the truth is not known: such rows do not count.
        values: (N, C).

    Returns:
        NaN for a value without any known truth.

    Raises:
        ValueError: The shapes differ, or are not (N, C).
    """
    known, gaps = _gaps(truth, values)
    count = known.sum(axis=0)
    total = np.abs(gaps).sum(axis=0)
    nothing = np.full(len(count), np.nan)
    return np.asarray(np.divide(total, count, out=nothing, where=count > 0))


def r_squared(truth: npt.ArrayLike, values: npt.ArrayLike) -> Floats:
    """Return the coefficient of determination per value, float64 (C,).

    1 is equal, 0 as good as always answering with the truth's mean; it may be negative.

    Args:
        truth: (N, C); NaN where the truth is not known: such rows do not count.
        values: (N, C).

    Returns:
        NaN for a value whose truth does not vary.

    Raises:
        ValueError: The shapes differ, or are not (N, C).
    """
    known, gaps = _gaps(truth, values)
    count = np.maximum(known.sum(axis=0), 1)
    table = np.where(known, np.asarray(truth, np.float64), 0.0)
    spread = np.where(known, table - table.sum(axis=0) / count, 0.0)
    whole = (spread**2).sum(axis=0)
    rest = (gaps**2).sum(axis=0)
    share = np.divide(rest, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(1.0 - share)


def _gaps(
    truth: npt.ArrayLike, values: npt.ArrayLike
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which truths are known, and the differences, 0 where none is."""
    one, other = np.asarray(truth, np.float64), np.asarray(values, np.float64)
    if one.ndim != 2 or one.shape != other.shape:
        raise ValueError(
            f"truth and values must have one shape (N, C), got {one.shape} and "
            f"{other.shape}."
        )
    known = ~np.isnan(one)
    return known, np.where(known, other - np.where(known, one, 0.0), 0.0)
