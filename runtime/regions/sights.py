"""The tracks of a frame as regions see them: the parts of their boxes in pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ..results import Detections, Poses
from .line import Line
from .points import PARTS, Point
from .visitors import Sight
from .zone import Zone

if TYPE_CHECKING:
    from ..results import Result
    from ..tracking import Tracks

_YOUNG_S: Final = 2.0
_KEYPOINT_SCORE: Final = 0.3

Keypoints = Mapping[int, Mapping[str, Point]]
"""track_id -> label of a keypoint -> its place in pixels."""


def sights_of(
    tracks: Tracks, parts: Sequence[str], keypoints: Keypoints
) -> list[Sight]:
    """Return the tracks that are seen in a frame.

    Args:
        tracks: All that live.
        parts: Which parts of boxes the regions need.
        keypoints: Those of the frame, where regions need any.
    """
    rows = np.flatnonzero(tracks.seen_s >= tracks.time_s).tolist()
    boxes = tracks.boxes.tolist()
    ids, classes = tracks.ids.tolist(), tracks.class_ids.tolist()
    sinces = tracks.since_s.tolist()
    sights = []
    for row in rows:
        left, top, right, bottom = boxes[row]
        x, y = (left + right) / 2, (top + bottom) / 2
        size = max((right - left) * (bottom - top), 1.0) ** 0.5
        points: dict[str, Point] = {"bottom": (x, bottom)}
        if "center" in parts:
            points["center"] = (x, y)
        if keypoints:
            points.update(keypoints.get(ids[row], {}))
        since_s, first = tracks.time_s, (x, bottom)
        if tracks.time_s - _YOUNG_S < sinces[row] < tracks.time_s:
            trail = tracks.trails[row]
            known = np.isfinite(trail[:, 0])
            oldest = int(known.argmax()) if len(trail) else 0
            if len(trail) and known[oldest]:
                since_s = sinces[row]
                first = (float(trail[oldest, 0]), float(trail[oldest, 1]))
        sights.append(
            Sight(
                ids[row],
                classes[row],
                tracks.labels[row],
                x,
                y,
                size,
                math.log(max(bottom - top, 1.0)),
                row,
                points,
                since_s,
                first,
            )
        )
    return sights


def keypoints_of(result: Result | None, regions: Sequence[Zone | Line]) -> Keypoints:
    """Return the keypoints that regions need, of a result with ``track_ids``.

    Args:
        result: The frame's result; None means that there is none.
        regions: Whose parts may be keypoints.

    Raises:
        ValueError: The result has no keypoints, or none of that name.
    """
    wanted = {region.part: region for region in regions if region.part not in PARTS}
    if not wanted:
        return {}
    scores, track_ids = None, None
    labels: tuple[str, ...] = ()
    places = np.empty((0, 0, 2), np.float32)
    if isinstance(result, Poses):
        labels, places = result.labels, result.keypoints
        scores, track_ids = result.keypoint_scores, result.track_ids
    elif isinstance(result, Detections) and result.keypoints is not None:
        labels, places = result.keypoint_labels, result.keypoints
        track_ids = result.track_ids
    for part, region in wanted.items():
        if part not in labels:
            kind = "line" if isinstance(region, Line) else "zone"
            known = ", ".join(labels) or "none"
            raise ValueError(
                f"the {kind} {region.name!r} counts the keypoint {part!r}, which the "
                f"model's results do not have. Its keypoints: {known}. Parts of a box: "
                f"{', '.join(PARTS)}."
            )
    if track_ids is None:
        return {}
    points: dict[int, dict[str, Point]] = {}
    for part in wanted:
        column = labels.index(part)
        seen = np.isfinite(places[:, column]).all(axis=1)
        if scores is not None:
            seen &= scores[:, column] >= _KEYPOINT_SCORE
        for row in np.flatnonzero(seen & (track_ids >= 0)).tolist():
            x, y = places[row, column].tolist()
            points.setdefault(int(track_ids[row]), {})[part] = (x, y)
    return points
