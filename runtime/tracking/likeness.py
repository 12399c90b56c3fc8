"""How unlike a predicted box and a detection are: 0 for the same box."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HEIGHT_WEIGHT: Final = 0.6
"""What a height twice another's adds to the cost, doubled."""


def centered(boxes: npt.ArrayLike) -> Floats:
    """Turn (N, 4) xyxy into float64 center x, center y, width, height.

    A side is at least a pixel long, so that no box is empty.
    """
    corners = np.asarray(boxes, np.float64).reshape(-1, 4)
    result = np.empty_like(corners)
    result[:, :2] = (corners[:, :2] + corners[:, 2:]) * 0.5
    np.maximum(corners[:, 2:] - corners[:, :2], 1.0, out=result[:, 2:])
    return result


def corners(boxes: Floats) -> Floats:
    """Turn (N, 4) center x, center y, width, height into xyxy."""
    half = boxes[:, 2:] * 0.5
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)


def overlap(boxes: Floats, others: Floats, growth: Floats | float = 1.0) -> Floats:
    """Return intersection over union of every box with every other, float64 (N, M).

    Boxes that both grow by one factor about their centers overlap as they do at a
    distance that is smaller by this factor, which is how it is computed.

    Args:
        boxes: float64 (N, 4), center x, center y, width, height.
        others: float64 (M, 4), as well.
        growth: Factor by which both boxes of a pair grow; (N, 1) for one per box.
    """
    common = _shared(boxes[:, 0], boxes[:, 2], others[:, 0], others[:, 2], growth)
    common *= _shared(boxes[:, 1], boxes[:, 3], others[:, 1], others[:, 3], growth)
    total = (boxes[:, 2] * boxes[:, 3])[:, None] + others[:, 2] * others[:, 3]
    common /= total - common
    return common


def unlikeness(boxes: Floats, others: Floats, growth: Floats | float) -> Floats:
    """Return the cost of every pair, float64 (N, M), 0 and above.

    One minus the overlap of the grown boxes, and a part for heights that differ: two
    people in line with the camera overlap, and differ in height.

    Args:
        boxes: float64 (N, 4), predicted center x, center y, width, height.
        others: float64 (M, 4), of the detections.
        growth: As of :func:`overlap`.
    """
    cost = overlap(boxes, others, growth)
    np.subtract(1.0 + HEIGHT_WEIGHT, cost, out=cost)
    height, other = boxes[:, 3, None], others[:, 3]
    cost -= HEIGHT_WEIGHT * (np.minimum(height, other) / np.maximum(height, other))
    return cost


def _shared(
    center: Floats, size: Floats, other: Floats, other_size: Floats, growth: object
) -> Floats:
    """Return the common length of intervals, of every one with every other."""
    apart = np.abs(center[:, None] - other)
    apart /= growth
    common = (size[:, None] + other_size) * 0.5
    common -= apart
    np.minimum(common, np.minimum(size[:, None], other_size), out=common)
    np.maximum(common, 0.0, out=common)
    return np.asarray(common)
