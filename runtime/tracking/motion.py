"""Where a box will be: constant velocity that dies away, in seconds and box heights.

A scalar Kalman filter for each of the four numbers of a box; the two of its center
share one covariance, the two of its size another. The velocity is an
Ornstein-Uhlenbeck process (Uhlenbeck and Ornstein, Physical Review 36, 1930): it decays
with a time constant and is disturbed by white noise. Its covariance is exact, so that
two small steps are the same as one large step. All deviations are in heights of the
box, so that far and near objects are alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Of the center, and of the size.
NOISE: Final = np.array([0.55, 0.3])
"""How fast a velocity wanders: heights / s, after a second (its square root grows)."""
DETECTOR: Final = np.array([0.08, 0.07])
"""Deviation of a detector's box from the object, in heights."""
FIRST_SPEED: Final = np.array([1.0, 0.2])
"""Deviation of the velocity of what is seen for the first time, heights / s."""
DECAY_S: Final = np.array([5.0, 0.5])
"""Time constant with which a velocity dies away where nothing is seen, in seconds."""

_NOISE_SQUARE: Final = NOISE**2
_DETECTOR_SQUARE: Final = DETECTOR**2
_DECAY_SQUARE: Final = DECAY_S**2
_WIDE: Final = np.array([0, 0, 1, 1])  # from two numbers to four
_SMALLEST: Final = 1.0


def first_covariance(height: Floats) -> Floats:
    """Return the covariance of boxes seen once, float64 (N, 3, 2).

    Its rows: variance of the value, covariance of value and velocity, variance of the
    velocity; its columns: center and size.

    Args:
        height: float64 (N,), in pixels.
    """
    square = (height * height)[:, None]
    covariance = np.zeros((len(height), 3, 2))
    covariance[:, 0] = DETECTOR**2 * square
    covariance[:, 2] = FIRST_SPEED**2 * square
    return covariance


def predict(
    box: Floats, velocity: Floats, covariance: Floats, passed_s: float
) -> tuple[Floats, Floats, Floats]:
    """Return the state after some seconds without any detection.

    Args:
        box: float64 (N, 4), center x, center y, width, height.
        velocity: float64 (N, 4), of these, per second.
        covariance: float64 (N, 3, 2), as of :func:`first_covariance`.
        passed_s: Seconds, above 0.
    """
    keep = np.exp(-passed_s / DECAY_S)
    reach = DECAY_S * (1.0 - keep)
    noise = _NOISE_SQUARE * (box[:, 3] ** 2)[:, None]
    value, joint, speed = covariance[:, 0], covariance[:, 1], covariance[:, 2]
    half = 0.5 * DECAY_S * (1.0 - keep * keep)
    later = np.empty_like(covariance)
    later[:, 0] = value + reach * (2.0 * joint + reach * speed)
    later[:, 0] += noise * (_DECAY_SQUARE * (passed_s - 2.0 * reach + half))
    later[:, 1] = keep * (joint + reach * speed) + noise * (0.5 * reach * reach)
    later[:, 2] = keep * keep * speed + noise * half
    moved = box + velocity * reach[_WIDE]
    np.maximum(moved[:, 2:], _SMALLEST, out=moved[:, 2:])
    return moved, velocity * keep[_WIDE], later


def correct(
    box: Floats, velocity: Floats, covariance: Floats, seen: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the state after a detection of each box.

    Args:
        box: float64 (N, 4), center x, center y, width, height, as predicted.
        velocity: float64 (N, 4).
        covariance: float64 (N, 3, 2).
        seen: float64 (N, 4), the detections' center x, center y, width, height.
    """
    height = seen[:, 3]
    value, joint, speed = covariance[:, 0], covariance[:, 1], covariance[:, 2]
    total = value + _DETECTOR_SQUARE * (height * height)[:, None]
    gain, gain_speed = value / total, joint / total
    after = np.stack(
        [value * (1.0 - gain), joint * (1.0 - gain), speed - gain_speed * joint],
        axis=1,
    )
    surprise = seen - box
    return (
        box + gain[:, _WIDE] * surprise,
        velocity + gain_speed[:, _WIDE] * surprise,
        after,
    )
