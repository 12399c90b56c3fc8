"""Cells of a grid that show one class, joined to the box around them.

The rule is that of Edge Impulse's SDK (``ei_cube_check_overlap``): two boxes of one
class are one object where they overlap or touch, be it at a corner. The SDK grows its
boxes in the order of the cells, and one that grows to the left keeps its width; here
the box is always that of all its cells.
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
        mine = ids == kind
        plane = np.ascontiguousarray(hits[:, :, kind]).view(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(
            plane, connectivity=8
        )
        extents = np.asarray(stats[1:, :4], np.float32)
        extents[:, 2:] += extents[:, :2]
        best = np.zeros(count, np.float32)
        np.maximum.at(best, labels.reshape(-1)[cells[mine]], scores[mine])
        whole, top = _joined(extents, best[1:])
        boxes.append(whole)
        bests.append(top)
        kinds.append(np.full(len(top), kind, np.int64))
    if len(boxes) == 1:
        return boxes[0], bests[0], kinds[0]
    return np.concatenate(boxes), np.concatenate(bests), np.concatenate(kinds)


def _joined(boxes: Boxes, scores: Scores) -> tuple[Boxes, Scores]:
    """Return boxes of which no two touch: those that do become the box around both."""
    while len(boxes) > 1:
        starts = (boxes[:, np.newaxis, :2] <= boxes[np.newaxis, :, 2:]).all(axis=2)
        groups = _roots((starts & starts.T).argmax(axis=1))
        firsts, groups = np.unique(groups, return_inverse=True)
        if len(firsts) == len(boxes):
            break
        merged = np.concatenate([boxes[firsts, :2], boxes[firsts, 2:]], axis=1)
        best = scores[firsts]
        np.minimum.at(merged[:, :2], groups, boxes[:, :2])
        np.maximum.at(merged[:, 2:], groups, boxes[:, 2:])
        np.maximum.at(best, groups, scores)
        boxes, scores = merged, best
    return boxes, scores


def _roots(parents: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the last ancestor of each; a parent is never after its child."""
    while True:
        further = parents[parents]
        if np.array_equal(further, parents):
            return parents
        parents = further
