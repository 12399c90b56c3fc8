"""The objects that a tracker believes in, one record each, confirmed or not yet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .motion import first_covariance

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

TRAIL_POINTS: Final = 50
TRAIL_EVERY_S: Final = 0.1

RECORD: Final = np.dtype(
    [
        ("box", np.float64, 4),  # center x, center y, width, height; now
        ("velocity", np.float64, 4),  # of these, per second
        ("covariance", np.float64, (3, 2)),
        ("last", np.float64, 4),  # the last detection, as box
        ("corners", np.float32, 4),  # the last detection, as it came
        ("score", np.float32),
        ("seen_s", np.float64),
        ("since_s", np.float64),
        ("evidence", np.float64),
        ("hits", np.int64),
        ("id", np.int64),  # -1: not confirmed
        ("class_id", np.int64),
        ("class_lead", np.float64),
        ("trail", np.float32, (TRAIL_POINTS, 2)),
        ("trail_s", np.float64),
    ]
)
"""One array of records keeps all that belongs to an object together."""


def newborn(
    boxes: Floats,
    corners: npt.NDArray[np.float32],
    scores: Floats,
    class_ids: Positions,
    time_s: float,
) -> Records:
    """Return the records of objects that are seen for the first time.

    Args:
        boxes: float64 (N, 4), center x, center y, width, height.
        corners: float32 (N, 4), the same as xyxy.
        scores: float64 (N,).
        class_ids: int64 (N,).
        time_s: When they are seen.
    """
    records = np.zeros(len(boxes), RECORD)
    records["box"] = records["last"] = boxes
    records["covariance"] = first_covariance(boxes[:, 3])
    records["corners"] = corners
    records["score"] = scores
    records["seen_s"] = records["since_s"] = time_s
    records["hits"] = 1
    records["id"] = -1
    records["class_id"] = class_ids
    records["class_lead"] = scores
    records["trail"] = np.nan
    records["trail_s"] = -np.inf
    return records


def vote(
    records: Records, chosen: Positions, class_ids: Positions, scores: Floats
) -> None:
    """Let the detections of some records say which class each of them is.

    The majority vote of Boyer and Moore (1981), weighed by scores: a detection of the
    same class adds to the lead, one of another class takes from it, and whoever takes
    more than there is becomes the class. The lead is bounded, so that a record can
    change its mind within some detections.

    Args:
        records: As of :func:`newborn`.
        chosen: int64 (K,), the records that were detected.
        class_ids: int64 (K,), what each detection says.
        scores: float64 (K,), how sure it is.
    """
    lead = records["class_lead"][chosen]
    same = records["class_id"][chosen] == class_ids
    lead = np.minimum(np.where(same, lead + scores, lead - scores), _MOST_LEAD)
    changed = lead < 0
    records["class_id"][chosen[changed]] = class_ids[changed]
    records["class_lead"][chosen] = np.abs(lead)


def extend_trails(records: Records, chosen: Positions, time_s: float) -> None:
    """Put the bottom middle of each detection at the end of its record's trail.

    The newest point follows the object; ten times a second it stays where it is, and
    the oldest one is dropped.

    Args:
        records: As of :func:`newborn`.
        chosen: int64 (K,), the records that were detected.
        time_s: When.
    """
    due = chosen[time_s - records["trail_s"][chosen] >= TRAIL_EVERY_S - 1e-6]
    trails = records["trail"]
    trails[due, :-1] = trails[due, 1:]
    records["trail_s"][due] = time_s
    box = records["last"][chosen]
    trails[chosen, -1, 0] = box[:, 0]
    trails[chosen, -1, 1] = box[:, 1] + box[:, 3] * 0.5


_MOST_LEAD: Final = 5.0
