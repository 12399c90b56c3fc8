"""Non-maximum suppression: of boxes that overlap, keep the best.

One rule everywhere: candidates are taken from the highest score down; a candidate is
suppressed when its IoU with one that was kept is *above* the threshold. Equal scores
are put in order by their content (x1, y1, x2, y2, class_id, rising), so the answer does
not depend on the order in which candidates come. An IoU within :data:`TOLERANCE` of the
threshold counts as equal to it, so the box is kept.

OpenCV does the pairwise work. Its own batched variant moves classes apart by the
largest coordinate, which fails for negative ones, and its IoU of two empty boxes is 1;
here the boxes are first moved to a grid of our own, and empty boxes never reach it.
"""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from .boxes import iou
from .candidates import Columns, Positions, checked, finite, limit_of, order_of

MAX_CANDIDATES: Final = 10_000
TOLERANCE: Final = 2e-7

_Floats = npt.NDArray[np.float64]

# Boxes are scaled (by a power of two, which is exact) to this extent, and classes lie
# twice as far apart. Doubles have 53 bits: 2**21 leaves 32 for coordinates and class.
_EXTENT_BITS: Final = 20
_CLASS_STEP: Final = 2.0 ** (_EXTENT_BITS + 1)
# Coordinates of an extent that no picture has.
_NO_PICTURE: Final = 2.0**24
# Class numbers up to here are used as they are; larger ones are ranked first.
_DENSE_CLASSES: Final = 1 << 16
# A class with at least so many candidates gets a pass of its own; below that a pass
# costs more than the comparisons across classes that it saves.
_OWN_PASS: Final = 48


def nms(
    boxes: npt.ArrayLike,
    scores: npt.ArrayLike,
    class_ids: npt.ArrayLike | None = None,
    *,
    iou_threshold: float = 0.5,
    max_detections: int | None = None,
    max_candidates: int = MAX_CANDIDATES,
) -> Positions:
    """Return the positions of the boxes to keep, best first.

    Args:
        boxes: (N, 4) xyxy in any unit; negative and partly outside is fine. A candidate
            with a coordinate or score that is not finite (as float32) is dropped; an
            empty box overlaps nothing and stays.
        scores: (N,).
        class_ids: (N,) integers of any size: boxes of different classes never suppress
            each other. None compares all with all (class-agnostic).
        iou_threshold: 0..1; a box goes when its IoU with a kept one is above it.
        max_detections: Stop after so many kept boxes; None keeps all.
        max_candidates: Look at no more than so many of the best-scored candidates; it
            bounds memory and time.

    Returns:
        int64 (K,), by falling score.

    Raises:
        ValueError: Shapes do not agree, or an option is out of range.
    """
    columns, ranks, ids = checked(boxes, scores, class_ids, iou_threshold)
    limit = limit_of(max_detections, max_candidates)
    columns, ranks, ids, whole = finite(columns, ranks, ids)
    if ranks.size == 0 or limit == 0:
        return np.empty(0, np.int64)
    order = order_of(columns, ranks, ids)[:max_candidates]
    grid, solid = _on_grid(columns.take(order, axis=1))
    classes = None if ids is None else _dense(ids[order])
    if _is_too_wide(columns, grid, classes):
        own = columns.take(order, axis=1)
        chosen = order[_one_by_one(own, classes, iou_threshold, limit)]
        return chosen if whole is None else whole[chosen]
    # Greedy suppression of a prefix is the prefix of the whole answer: with a limit,
    # later candidates need not be looked at.
    block = max(256, 4 * limit)
    kept: Positions = np.empty(0, np.int64)
    for start in range(0, order.size, block):
        fresh = np.arange(start, min(start + block, order.size))
        pool = np.concatenate([kept, fresh]) if kept.size else fresh
        kept = _survivors(grid, solid, classes, pool, iou_threshold)
        if kept.size >= limit:
            break
    chosen = order[kept[:limit]]
    return chosen if whole is None else whole[chosen]


def soft_nms(
    boxes: npt.ArrayLike,
    scores: npt.ArrayLike,
    class_ids: npt.ArrayLike | None = None,
    *,
    sigma: float = 0.5,
    score_threshold: float = 0.001,
    max_detections: int | None = None,
    max_candidates: int = MAX_CANDIDATES,
) -> tuple[Positions, npt.NDArray[np.float32]]:
    """Lower the scores of overlapping boxes instead of removing them.

    Each kept box multiplies the score of every other of its class by
    ``exp(-iou**2 / sigma)`` (Bodla et al. 2017, the Gaussian form). Costs one pass over
    the candidates per kept box; :func:`nms` is faster, and better unless objects of one
    class really stand in front of each other.

    Args:
        boxes: As in :func:`nms`.
        scores: (N,), not negative.
        class_ids: As in :func:`nms`.
        sigma: Above 0; the smaller, the harder overlap is punished.
        score_threshold: Stop when the best score left is below it.
        max_detections: Stop after so many boxes; None keeps all.
        max_candidates: As in :func:`nms`.

    Returns:
        int64 (K,) positions by falling lowered score, and float32 (K,) those scores.

    Raises:
        ValueError: Shapes do not agree, or an option is out of range.
    """
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, got {sigma}.")
    columns, ranks, ids = checked(boxes, scores, class_ids, 0.0)
    limit = limit_of(max_detections, max_candidates)
    columns, ranks, ids, whole = finite(columns, ranks, ids)
    order = order_of(columns, ranks, ids)[:max_candidates]
    corners = columns[:, order].T.astype(np.float64)
    left = ranks[order].astype(np.float64)
    ids = None if ids is None else ids[order]
    kept: list[int] = []
    final: list[float] = []
    while len(kept) < min(limit, order.size):
        best = int(left.argmax())  # the first of equals, and equals are in order
        if not left[best] >= score_threshold:
            break
        kept.append(best)
        final.append(float(left[best]))
        decay = np.exp(-(iou(corners[best : best + 1], corners)[0] ** 2) / sigma)
        if ids is not None:
            decay[ids != ids[best]] = 1.0
        left *= decay
        left[best] = -np.inf
    chosen = order[np.asarray(kept, np.int64)]
    return chosen if whole is None else whole[chosen], np.asarray(final, np.float32)


def _on_grid(corners: Columns) -> tuple[_Floats, npt.NDArray[np.bool_] | None]:
    """Return (4, N) left, top, width, height within 0..2**_EXTENT_BITS.

    And where a box has an area, bool (N,); None when all have one.
    """
    low = float(corners.min())
    extent = float(corners.max()) - low
    exponent = math.frexp(extent)[1] if extent > 0.0 else 0
    grid = corners.astype(np.float64)
    grid[2:] -= grid[:2]
    grid[:2] -= low
    grid *= 2.0 ** (_EXTENT_BITS - exponent)
    if grid[2:].min() > 0.0:
        return grid, None
    return grid, np.asarray((grid[2:] > 0.0).all(axis=0))


def _is_too_wide(columns: Columns, grid: _Floats, classes: Positions | None) -> bool:
    """Return whether the grid's doubles are too coarse for the smallest box.

    It takes coordinates that no picture has, such as 1e30 beside 10.
    """
    low, high = float(columns.min()), float(columns.max())
    if high - low < _NO_PICTURE:
        return False
    sides = grid[2:][grid[2:] > 0.0]
    top = _CLASS_STEP * (1 if classes is None else 1 + int(classes.max()))
    return bool(sides.size and sides.min() < top * 2.0**-30)


def _one_by_one(
    corners: Columns, classes: Positions | None, iou_threshold: float, limit: int
) -> Positions:
    """Return the rising positions of boxes (4, N), best first, that are kept; slow."""
    boxes = corners.T.astype(np.float64)
    alive = np.ones(len(boxes), bool)
    kept: list[int] = []
    for i in range(len(boxes)):
        if not alive[i] or len(kept) == limit:
            continue
        kept.append(i)
        over = iou(boxes[i : i + 1], boxes)[0] > iou_threshold + TOLERANCE
        if classes is not None:
            over &= classes == classes[i]
        alive &= ~over
    return np.asarray(kept, np.int64)


def _dense(ids: Positions) -> Positions:
    """Return class numbers in 0.._DENSE_CLASSES, or fewer when there are fewer."""
    low, high = int(ids.min()), int(ids.max())
    if high - low < _DENSE_CLASSES:
        return ids - low
    return np.unique(ids, return_inverse=True)[1].astype(np.int64).reshape(-1)


def _survivors(
    grid: _Floats,
    solid: npt.NDArray[np.bool_] | None,
    classes: Positions | None,
    pool: Positions,
    iou_threshold: float,
) -> Positions:
    """Return the rising positions of ``pool`` that survive greedy suppression."""
    parts = []
    if solid is not None:
        parts.append(pool[~solid[pool]])
        pool = pool[solid[pool]]
    apart = grid.take(pool, axis=1)
    if classes is not None:
        own = classes[pool]
        if pool.size >= 4 * _OWN_PASS:
            counts = np.bincount(own)
            for class_id in np.flatnonzero(counts >= _OWN_PASS):
                inside = own == class_id
                parts.append(
                    pool[inside][_greedy(apart.compress(inside, axis=1), iou_threshold)]
                )
            rest = counts[own] < _OWN_PASS
            pool, own = pool[rest], own[rest]
            apart = apart.compress(rest, axis=1)
        apart[0] += own * _CLASS_STEP
    kept = pool[_greedy(apart, iou_threshold)]
    if not parts:
        return kept  # OpenCV keeps the order
    return np.sort(np.concatenate([*parts, kept]))


def _greedy(grid: _Floats, iou_threshold: float) -> Positions:
    """Return the rising positions of the boxes (4, N), best first, that are kept."""
    count = grid.shape[1]
    if count == 0:
        return np.empty(0, np.int64)
    # The scores say only that the boxes come in order; OpenCV wants them from 0 up.
    ramp: Any = np.arange(count, 0, -1, dtype=np.float32)
    # OpenCV reads rectangles one by one, tuples several times faster than rows.
    kept = cv2.dnn.NMSBoxes(
        list(zip(*grid.tolist(), strict=True)), ramp, 0.0, iou_threshold + TOLERANCE
    )
    return np.asarray(kept, np.int64).reshape(-1)
