"""The distance of keypoints from their true places."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def keypoint_distance(
    points: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    size: tuple[float, float] = (1.0, 1.0),
) -> npt.NDArray[np.float64]:
    """Return the distance of each keypoint from its true place, float64 (...,).

    Args:
        points: (..., K, 2) x, y.
        truth: The same; NaN where the true place is not known.
        size: Width and height to divide by: the frame's gives normalized distances,
            (1, 1) leaves pixels.

    Raises:
        ValueError: Shapes differ, or a size is not above 0.
    """
    one, other = np.asarray(points, np.float64), np.asarray(truth, np.float64)
    if one.shape != other.shape or one.shape[-1:] != (2,):
        raise ValueError(
            f"points and truth must have shape (..., K, 2), got {one.shape} and "
            f"{other.shape}."
        )
    if min(size) <= 0:
        raise ValueError(f"size must be above 0, got {size}.")
    away = (one - other) / np.asarray(size, np.float64)
    return np.asarray(np.hypot(away[..., 0], away[..., 1]))


def correct_keypoints(
    points: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    reach: float,
    size: tuple[float, float] = (1.0, 1.0),
) -> float:
    """Return the share of known keypoints no farther than ``reach`` away, 0..1.

    Args:
        points: As for :func:`keypoint_distance`.
        truth: As there.
        reach: The largest distance that counts as correct, in the unit of distances.
        size: As there.

    Returns:
        0 when no keypoint is known.
    """
    distance = keypoint_distance(points, truth, size=size)
    known = np.isfinite(np.asarray(truth, np.float64)).all(axis=-1)
    return float((distance[known] <= reach).mean()) if known.any() else 0.0
