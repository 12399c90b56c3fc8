"""Candidates of suppression: checked, without what is not finite, and in order."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Columns = npt.NDArray[np.float32]
"""(4, N): x1, y1, x2, y2; what follows works along them."""

# Up to so many candidates one sort by all keys is the fastest.
_FEW: Final = 256


def checked(
    boxes: npt.ArrayLike,
    scores: npt.ArrayLike,
    class_ids: npt.ArrayLike | None,
    iou_threshold: float,
) -> tuple[Columns, npt.NDArray[np.float32], Positions | None]:
    """Return the candidates as columns (4, N), scores (N,) and class_ids (N,).

    Raises:
        ValueError: Shapes do not agree, or the threshold is out of range.
    """
    # What float32 cannot hold becomes infinite, and is dropped with what is not finite.
    with np.errstate(over="ignore"):
        values = np.asarray(boxes, np.float32)
        ranks = np.asarray(scores, np.float32)
    if values.size == 0:
        values = values.reshape(0, 4)
    if values.ndim != 2 or values.shape[1] != 4:
        raise ValueError(f"boxes must have shape (N, 4), got {values.shape}.")
    if ranks.shape != values.shape[:1]:
        raise ValueError(f"scores must have shape ({len(values)},), got {ranks.shape}.")
    ids = None
    if class_ids is not None:
        ids = np.asarray(class_ids)
        if ids.shape != ranks.shape:
            raise ValueError(
                f"class_ids must have shape ({len(values)},), got {ids.shape}."
            )
        if ids.size and ids.dtype.kind not in "iu":
            raise ValueError(f"class_ids must be integers, got {ids.dtype}.")
        ids = ids.astype(np.int64, copy=False)
    if not 0.0 <= iou_threshold <= 1.0:
        raise ValueError(f"iou_threshold must be in 0..1, got {iou_threshold}.")
    # Columns: everything below works along x1, y1, x2, y2.
    return np.ascontiguousarray(values.T), ranks, ids


def limit_of(max_detections: int | None, max_candidates: int) -> int:
    """Return how many boxes are kept at most.

    Raises:
        ValueError: One of the numbers is out of range.
    """
    if max_candidates < 1:
        raise ValueError(f"max_candidates must be at least 1, got {max_candidates}.")
    if max_detections is None:
        return max_candidates
    if max_detections < 0:
        raise ValueError(f"max_detections must not be negative, got {max_detections}.")
    return max_detections


def finite(
    columns: Columns, scores: npt.NDArray[np.float32], ids: Positions | None
) -> tuple[Columns, npt.NDArray[np.float32], Positions | None, Positions | None]:
    """Drop what has a coordinate or score that is not finite.

    Returns:
        What is left, and its positions; None instead of those when nothing went.
    """
    # Minimum and maximum hand on a NaN, and are faster than a test of every element.
    if scores.size == 0 or all(
        math.isfinite(float(values.max()) - float(values.min()))
        for values in (columns, scores)
    ):
        return columns, scores, ids, None
    whole = np.flatnonzero(np.isfinite(columns).all(axis=0) & np.isfinite(scores))
    ids = None if ids is None else ids[whole]
    return columns.take(whole, axis=1), scores[whole], ids, whole


def order_of(
    columns: Columns, scores: npt.NDArray[np.float32], ids: Positions | None
) -> Positions:
    """Return finite candidates by falling score; equals by their content."""
    if scores.size <= _FEW:
        return _by_content(columns, scores, ids)
    # Score and left edge in one integer: one fast sort settles nearly everything, and
    # a sort by all keys is left for what still ties.
    key = (~_sortable(scores)).astype(np.int64) << 32
    key += _sortable(columns[0])
    order: Positions = key.argsort()
    key = key[order]
    same = key[1:] == key[:-1]
    if same.any():
        tied = np.zeros(order.size, bool)
        tied[1:] = same
        tied[:-1] |= same
        group = np.sort(order[tied])
        some = None if ids is None else ids[group]
        again = _by_content(columns.take(group, axis=1), scores[group], some)
        order[tied] = group[again]
    return order


def _by_content(
    columns: Columns, scores: npt.NDArray[np.float32], ids: Positions | None
) -> Positions:
    # The last key counts first; of identical candidates the first one stays first.
    keys = (*columns[::-1], -scores)
    return np.lexsort(keys if ids is None else (ids, *keys))


def _sortable(values: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Return integers that rise as finite floats do."""
    bits = (values + np.float32(0.0)).view(np.int32)  # -0.0 + 0.0 is 0.0
    return np.asarray(bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF)), np.int32)
