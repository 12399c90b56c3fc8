"""Cells of a grid that show one class, joined to the box around them.

Cells are one object where they touch, be it at a corner. Edge Impulse's SDK goes
through the cells once and lets a box take every cell that touches it
(``ei_cube_check_overlap``), so its answer hangs on their order; on noisy pictures both
count about alike (13 and 13 objects, 5 and 6). Boxes that touch are not merged: one of
them would soon cover the picture.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ...geometry import Boxes
from ...results import ClassIds, Scores


def objects_of_cells(
    hits: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32]
) -> tuple[Boxes, Scores, ClassIds]:
    """Return the objects that cells make.

    Args:
        hits: (rows, columns, classes), which cells show which class.
        scores: float32 (M,), of the cells that are hits, in the order of
            ``np.flatnonzero(hits)``.

    Returns:
        Boxes float32 (N, 4) xyxy in cells, half-open; the best score of each one's
        cells; the class of each, from 0.
    """
    _, columns, classes = hits.shape
    where = np.flatnonzero(hits)
    cells, ids = np.divmod(where, classes)
    if len(where) == 1:
        y, x = divmod(int(cells[0]), columns)
        box = np.asarray([[x, y, x + 1, y + 1]], np.float32)
        return box, scores, ids.astype(np.int64)
    boxes, bests, kinds = [], [], []
    for kind in set(ids.tolist()):
        mine = slice(None) if classes == 1 else ids == kind
        extents, numbers = _boxes(np.ascontiguousarray(hits[:, :, kind]).view(np.uint8))
        best = np.zeros(len(extents), np.float32)
        if len(best) == 1:
            best[0] = scores[mine].max()
        else:
            np.maximum.at(best, numbers[cells[mine]] - 1, scores[mine])
        boxes.append(extents)
        bests.append(best)
        kinds.append(np.full(len(best), kind, np.int64))
    if len(boxes) == 1:
        return boxes[0], bests[0], kinds[0]
    return np.concatenate(boxes), np.concatenate(bests), np.concatenate(kinds)


def _boxes(plane: npt.NDArray[np.uint8]) -> tuple[Boxes, npt.NDArray[np.int32]]:
    """Return the boxes around cells that touch, and each cell's number from 1.

    Args:
        plane: (rows, columns), 1 where a cell shows the class.
    """
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8)
    boxes = stats[1:, :4].astype(np.float32)
    boxes[:, 2:] += boxes[:, :2]
    return boxes, np.asarray(numbers.reshape(-1), np.int32)
