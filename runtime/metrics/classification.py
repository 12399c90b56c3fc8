"""The accuracy of classifiers: pure functions over arrays, empty ones included."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

# The 97.5 % point of the standard normal distribution.
_Z_95 = 1.959963984540054


def top_k_accuracy(scores: npt.ArrayLike, truth: npt.ArrayLike, *, k: int = 1) -> float:
    """Return the share of pictures whose true class is among the best k, 0..1.

    Args:
        scores: (N, C); of equal scores the lower class_id is better.
        truth: (N,) class_ids.
        k: 1 or more.

    Raises:
        ValueError: Shapes do not agree, or k is below 1.
    """
    table, wanted = np.asarray(scores, np.float64), np.asarray(truth, np.int64)
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}.")
    if table.ndim != 2 or wanted.shape != table.shape[:1]:
        raise ValueError(
            f"scores must have shape (N, C) and truth (N,), got {table.shape} and "
            f"{wanted.shape}."
        )
    if not len(table):
        return 0.0
    best = np.argsort(-table, axis=1, kind="stable")[:, :k]
    return float((best == wanted[:, np.newaxis]).any(axis=1).mean())


def agreement(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the share of pictures for which two models give the same class, 0..1.

    Args:
        first: (N,) class_ids.
        second: (N,) class_ids.

    Raises:
        ValueError: The shapes differ.
    """
    one, other = np.asarray(first), np.asarray(second)
    _same_shape(one, other)
    return float((one == other).mean()) if one.size else 0.0


def score_error(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the mean absolute difference of two models' scores.

    Args:
        first: (N, C) scores, 0..1.
        second: (N, C) scores, 0..1.

    Raises:
        ValueError: The shapes differ.
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    _same_shape(one, other)
    return float(np.abs(one - other).mean()) if one.size else 0.0


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, 0..1.

    It stays inside 0..1 and is honest at 0 and 1, where the textbook interval has no
    width at all.

    Args:
        successes: 0..count.
        count: 0 gives the whole range.

    Raises:
        ValueError: ``successes`` lies outside of 0..count.

    Example:
        >>> low, high = wilson_interval(95, 100)
        >>> round(low, 3), round(high, 3)
        (0.888, 0.978)
    """
    if not 0 <= successes <= count:
        raise ValueError(f"successes must be in 0..{count}, got {successes}.")
    if count == 0:
        return 0.0, 1.0
    share, square = successes / count, _Z_95 * _Z_95
    middle = share + square / (2 * count)
    spread = _Z_95 * math.sqrt(
        share * (1 - share) / count + square / (4 * count * count)
    )
    whole = 1 + square / count
    # The ends of a share of 0 or 1 are exact; rounding would leave 1 - 2e-16.
    low = 0.0 if successes == 0 else (middle - spread) / whole
    high = 1.0 if successes == count else (middle + spread) / whole
    return low, high


def _same_shape(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> None:
    if one.shape != other.shape:
        raise ValueError(f"shapes must be equal, got {one.shape} and {other.shape}.")
