"""The error of a thing's points by the thing's own size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .pose import keypoint_distance


def normalized_mean_error(
    points: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    between: tuple[int, int] | None = None,
) -> npt.NDArray[np.float64]:
    """Return the mean distance of each thing's points, by its size, float64 (...,).

    Args:
        points: (..., K, 2) x, y; of ``Landmarks``, ``points[..., :2]``.
        truth: The same; NaN where the true place is not known.
        between: Two positions whose true distance is the size, such as the outer
            corners of the eyes, (36, 45) of 68 points. None means the longer side of
            the box around the true points.

    Returns:
        One number per thing: 0.02 means 2 % of its size; NaN for a thing whose size is
        not known, or without a known point.

    Raises:
        ValueError: Shapes differ, or a position is not among the points.
    """
    distances = keypoint_distance(points, truth)
    places = np.asarray(truth, np.float64)
    count = places.shape[-2]
    if between is not None:
        first, second = between
        if not (0 <= first < count and 0 <= second < count and first != second):
            raise ValueError(
                f"between must be two positions below {count}, got {between}."
            )
        size = np.hypot(
            *np.moveaxis(places[..., first, :] - places[..., second, :], -1, 0)
        )
    else:
        seen = np.isfinite(places)
        low = np.where(seen, places, np.inf).min(axis=-2)
        high = np.where(seen, places, -np.inf).max(axis=-2)
        size = (high - low).max(axis=-1)
    known = np.isfinite(distances)
    total = np.where(known, distances, 0.0).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = total / known.sum(axis=-1) / size
    return np.where(np.isfinite(size) & (size > 0), error, np.nan)
