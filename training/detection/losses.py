"""The two losses: focal loss of the scores, GIoU of the boxes.

Both sum over cells and divide by the number of cells with an object in the batch, so
that pictures full of background do not drown the few cells that matter.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

from .targets import IGNORED

ALPHA: Final = 0.25
GAMMA: Final = 2.0
_TINY: Final = 1e-6
# A distance of 0 has no slope to learn from once a ReLU made it, so nothing is closer.
_NEAREST: Final = 0.01


def focal_loss(y_true: Any, y_pred: Any) -> Any:
    """Return the focal loss (Lin et al. 2017) of a batch, a scalar tensor.

    Args:
        y_true: (batch, cells, 1): the class of a cell, -1 for nothing, -2 for ignored.
        y_pred: (batch, cells, classes), scores 0..1.
    """
    ops = importlib.import_module("keras").ops
    classes = ops.arange(y_pred.shape[-1], dtype="float32")
    y_true = ops.cast(y_true, "float32")
    hit = ops.cast(ops.equal(y_true, classes), "float32")
    scores = ops.clip(y_pred, _TINY, 1 - _TINY)
    right = hit * scores + (1 - hit) * (1 - scores)
    weight = hit * ALPHA + (1 - hit) * (1 - ALPHA)
    loss = -weight * ops.power(1 - right, GAMMA) * ops.log(right)
    known = ops.cast(ops.not_equal(y_true, float(IGNORED)), "float32")
    objects = ops.sum(ops.cast(ops.greater_equal(y_true, 0.0), "float32"))
    return ops.sum(loss * known) / ops.maximum(objects, 1.0)


def giou_loss(y_true: Any, y_pred: Any) -> Any:
    """Return 1 - GIoU (Rezatofighi et al. 2019), the mean over cells with an object.

    Both boxes are seen from the same point, so no coordinates are needed.

    Args:
        y_true: (batch, cells, 5): left, top, right, bottom, and 1 where there is an
            object.
        y_pred: (batch, cells, 4).
    """
    ops = importlib.import_module("keras").ops
    true, mask = y_true[..., :4], y_true[..., 4]
    predicted = ops.maximum(y_pred, _NEAREST)
    common = ops.minimum(true, predicted)
    hull = ops.maximum(true, predicted)
    intersection = _area(common)
    union = _area(true) + _area(predicted) - intersection
    outer = _area(hull)
    giou = intersection / ops.maximum(union, _TINY) - (outer - union) / ops.maximum(
        outer, _TINY
    )
    return ops.sum((1 - giou) * mask) / ops.maximum(ops.sum(mask), 1.0)


def _area(distances: Any) -> Any:
    """Return the area that four distances from a point span."""
    left, top, right, bottom = (distances[..., i] for i in range(4))
    return (left + right) * (top + bottom)
