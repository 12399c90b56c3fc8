"""Arithmetic on boxes: areas, overlaps, conversions.

Boxes are ``xyxy`` and half-open: width is ``x2 - x1``, and a box whose sides are not
both above zero covers nothing, so it overlaps nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .letterbox import Boxes

Floats = npt.NDArray[np.float64]


def area(boxes: npt.ArrayLike) -> Floats:
    """Return the areas of (N, 4) boxes, float64 (N,); empty boxes have 0."""
    values = _as_boxes(boxes)
    sides = np.maximum(values[:, 2:] - values[:, :2], 0.0)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float64)


def intersection(boxes: npt.ArrayLike, others: npt.ArrayLike) -> Floats:
    """Return the common area of every box with every other, float64 (N, M)."""
    first, second = _as_boxes(boxes)[:, None], _as_boxes(others)[None]
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    sides = np.maximum(high - low, 0.0)
    return np.asarray(sides[..., 0] * sides[..., 1], np.float64)


def iou(boxes: npt.ArrayLike, others: npt.ArrayLike) -> Floats:
    """Return intersection over union of every box with every other.

    Args:
        boxes: (N, 4) xyxy.
        others: (M, 4) xyxy, in the same frame.

    Returns:
        float64 (N, M), 0..1; 0 wherever a box is empty. N x M doubles are held at once:
        :func:`edgevision.runtime.geometry.suppression.nms` does not need them.
    """
    common = intersection(boxes, others)
    union = area(boxes)[:, None] + area(others)[None] - common
    # An empty box has no common area, so only 0 / 0 must be kept from being NaN.
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0.0)


def from_centers(boxes: npt.ArrayLike) -> Boxes:
    """Turn (N, 4) center x, center y, width, height into float32 xyxy."""
    # By columns, along which all that follows is computed.
    values = np.asarray(boxes, np.float32).T
    corners = np.empty(values.shape, np.float32)
    half = values[2:] * np.float32(0.5)
    # What is not finite stays so, without a warning: whoever selects drops it.
    with np.errstate(invalid="ignore", over="ignore"):
        np.subtract(values[:2], half, out=corners[:2])
        np.add(values[:2], half, out=corners[2:])
    return np.asarray(corners.T)


def to_xywh(boxes: npt.ArrayLike) -> Boxes:
    """Turn (N, 4) xyxy into left, top, width, height, as COCO writes boxes."""
    values = np.array(boxes, np.float32).reshape(-1, 4)
    values[:, 2:] -= values[:, :2]
    return values


def _as_boxes(boxes: npt.ArrayLike) -> Floats:
    values = np.asarray(boxes, np.float64)
    if values.size == 0:
        return values.reshape(0, 4)
    if values.ndim != 2 or values.shape[1] != 4:
        raise ValueError(f"boxes must have shape (N, 4), got {values.shape}.")
    return values
