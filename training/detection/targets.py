"""The targets of a detector: what each cell should answer for a picture's boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...runtime.decoders.fcos import Cells
from ...runtime.geometry import Boxes
from ...runtime.results import ClassIds

NOTHING: Final = -1
IGNORED: Final = -2

CENTER_RADIUS: Final = 1.5
"""A box's cells are those within so many strides of its middle, on both axes."""

SIDE_PER_STRIDE: Final = 8.0
"""A box belongs to the first level with a stride of an eighth of its longer side.

FCOS has the same. With a fourth, shapes of 14 to 58 pixels were shared by two levels:
mAP50 0.84 after eight epochs, where stride 8 alone came to 0.90.
"""

Targets = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def assign(
    cells: Cells,
    boxes: Boxes,
    class_ids: ClassIds,
    *,
    ignored: Boxes | None = None,
) -> Targets:
    """Return the targets of one picture.

    A cell belongs to a box of its level when its middle lies in the box and near the
    box's middle; to the smallest of several. A box that no cell's middle lies in takes
    the nearest cell of the finest level.

    Args:
        cells: The network's cells.
        boxes: float32 (N, 4) xyxy in pixels of the network's input, none empty.
        class_ids: int64 (N,).
        ignored: Boxes of objects that are neither right nor wrong to find (crowds,
            "difficult" ones): cells in them that belong to no box say nothing.

    Returns:
        float32 (cells, 1): the class, ``NOTHING`` or ``IGNORED``; and float32 (cells,
        5): the distances to left, top, right, bottom in strides, then 1 for a cell
        with an object and 0 for others.
    """
    count = len(cells.strides)
    classes = np.full((count, 1), NOTHING, np.float32)
    distances = np.zeros((count, 5), np.float32)
    x, y, stride = cells.x, cells.y, cells.strides
    if ignored is not None and len(ignored):
        inside = (
            (x >= ignored[:, None, 0])
            & (y >= ignored[:, None, 1])
            & (x < ignored[:, None, 2])
            & (y < ignored[:, None, 3])
        )
        classes[inside.any(axis=0)] = IGNORED
    if not len(boxes):
        return classes, distances
    sides = boxes[:, 2:] - boxes[:, :2]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    levels = level_strides(sides.max(axis=1), cells.levels)
    reach = np.stack(
        [x - boxes[:, :1], y - boxes[:, 1:2], boxes[:, 2:3] - x, boxes[:, 3:] - y],
        axis=2,
    )  # (N, cells, 4)
    away = np.maximum(np.abs(x - middles[:, :1]), np.abs(y - middles[:, 1:]))
    own = stride == levels[:, None]
    taken = own & (reach.min(axis=2) > 0) & (away <= CENTER_RADIUS * stride)
    lost = np.flatnonzero(~taken.any(axis=1))
    if len(lost):
        finest = stride == cells.levels[0]
        nearest = np.where(finest, away[lost], np.inf).argmin(axis=1)
        taken[lost, nearest] = True
    area = np.where(taken, sides.prod(axis=1)[:, None], np.inf)
    best = area.argmin(axis=0)
    owned = np.flatnonzero(taken.any(axis=0))
    best = best[owned]
    classes[owned, 0] = class_ids[best]
    distances[owned, :4] = np.maximum(reach[best, owned], 0) / stride[owned, None]
    distances[owned, 4] = 1
    return classes, distances


def level_strides(
    sides: npt.NDArray[np.float32], levels: Sequence[int]
) -> npt.NDArray[np.float32]:
    """Return for boxes' longer sides, in pixels, the stride of their level."""
    limits = np.asarray(levels[:-1], np.float32) * SIDE_PER_STRIDE
    return np.asarray(levels, np.float32)[np.searchsorted(limits, sides)]
