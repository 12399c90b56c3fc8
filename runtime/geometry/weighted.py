"""Weighted suppression: boxes that overlap become one, their mean by score.

MediaPipe's detectors use it (``NonMaxSuppressionCalculator`` with ``WEIGHTED``): the
box does not jump between neighbouring anchors from frame to frame. The order of equal
scores and the tolerance are those of :mod:`.suppression`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from .candidates import Positions, checked, finite, limit_of, order_of
from .letterbox import Boxes
from .suppression import MAX_CANDIDATES, TOLERANCE

if TYPE_CHECKING:
    pass

_Values = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]

# Up to so many candidates the overlaps of all pairs are computed at once.
_FEW: Final = 64


def weighted_nms(
    boxes: npt.ArrayLike,
    scores: npt.ArrayLike,
    class_ids: npt.ArrayLike | None = None,
    *,
    values: _Values | None = None,
    iou_threshold: float = 0.3,
    max_detections: int | None = None,
    max_candidates: int = MAX_CANDIDATES,
) -> tuple[Positions, Boxes, _Values]:
    """Return the best of each group of overlapping boxes, and the group's mean.

    The best candidate left takes all those whose IoU with it is above the threshold
    into its group. The mean is weighted by score; the score stays the best one's.

    Args:
        boxes: As in :func:`.suppression.nms`; an empty box is a group of its own.
        scores: (N,), not negative.
        class_ids: As in :func:`.suppression.nms`.
        values: float32 (N, M), finite, averaged like the boxes, such as keypoints; None
            means that there are none.
        iou_threshold: 0..1; a candidate joins a better one when their IoU is above it.
        max_detections: Stop after so many groups; None keeps all.
        max_candidates: As in :func:`.suppression.nms`.

    Returns:
        int64 (K,), the best candidate of each group by falling score; float32 (K, 4),
        the mean boxes; float32 (K, M), the means of ``values``.

    Raises:
        ValueError: Shapes do not agree, or an option is out of range.
    """
    columns, ranks, ids = checked(boxes, scores, class_ids, iou_threshold)
    if values is not None and (values.ndim != 2 or len(values) != len(ranks)):
        raise ValueError(
            f"values must have shape ({len(ranks)}, M), got {values.shape}."
        )
    limit = limit_of(max_detections, max_candidates)
    columns, ranks, ids, whole = finite(columns, ranks, ids)
    order = order_of(columns, ranks, ids)[:max_candidates]
    origin = order if whole is None else whole[order]
    # float64: the area of a wild box is more than float32 holds.
    corners = columns.take(order, axis=1).astype(np.float64)
    rows = corners.T
    if values is not None:
        rows = np.concatenate([rows, values[origin]], axis=1)
    best, means = _groups(
        corners,
        rows,
        ranks[order],
        None if ids is None else ids[order],
        iou_threshold + TOLERANCE,
        limit,
    )
    averages = means.astype(np.float32)
    return origin[best], averages[:, :4], averages[:, 4:]


def _groups(
    corners: _Doubles,
    rows: _Doubles,
    weights: _Values,
    ids: Positions | None,
    threshold: float,
    limit: int,
) -> tuple[list[int], _Doubles]:
    """Return the first of each group, and the weighted mean of the group's rows.

    Args:
        corners: (4, N), in the order in which groups are begun.
        rows: (N, M), what is averaged.
        weights: (N,).
        ids: (N,), who may share a group; None means all.
        threshold: Of the IoU.
        limit: Most groups.
    """
    count = len(weights)
    sides = np.maximum(corners[2:] - corners[:2], 0.0)
    areas = sides[0] * sides[1]
    # All pairs at once where they are few; else a row when its group begins.
    pairs = None
    if count <= _FEW:
        pairs = _overlaps(corners, areas, slice(None), ids, threshold)
    alive = np.ones(count, np.bool_)
    best: list[int] = []
    groups = []
    while len(best) < min(limit, count):
        first = int(alive.argmax())
        if not alive[first]:
            break
        if pairs is None:
            row = slice(first, first + 1)
            group = _overlaps(corners, areas, row, ids, threshold)[0] & alive
        else:
            group = pairs[first] & alive
        group[first] = True  # an empty box does not overlap itself
        alive ^= group
        best.append(first)
        groups.append(group)
    if not best:
        return best, np.empty((0, rows.shape[1]), np.float64)
    shares = np.asarray(groups) * weights
    totals = shares.sum(axis=1, keepdims=True)
    if not totals.all():  # scores of 0 weigh nothing: the first stands for its group
        lost = np.flatnonzero(totals[:, 0] == 0.0)
        shares[lost, np.asarray(best)[lost]] = totals[lost] = 1.0
    return best, (shares @ rows) / totals


def _overlaps(
    corners: _Doubles,
    areas: _Doubles,
    some: slice,
    ids: Positions | None,
    threshold: float,
) -> npt.NDArray[np.bool_]:
    """Return whether some of the boxes (4, N) overlap with each one, bool (R, N)."""
    own = corners[:, some, np.newaxis]
    others = corners[:, np.newaxis]
    both = np.minimum(own[2:], others[2:])
    both -= np.maximum(own[:2], others[:2])
    np.maximum(both, 0.0, out=both)
    common = both[0] * both[1]
    # IoU above the threshold, without a division by 0.
    share = threshold / (1.0 + threshold)
    over = common > (areas[some, np.newaxis] + areas) * share
    if ids is not None:
        over &= ids[some, np.newaxis] == ids
    return np.asarray(over)
