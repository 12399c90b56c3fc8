"""The objects that a tracker believes in, one record each, confirmed or not yet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .motion import first_covariance
from .observed import Observed

Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]

TRAIL_POINTS: Final = 50
TRAIL_EVERY_S: Final = 0.1
_MOST_LEAD: Final = 5.0

RECORD: Final = np.dtype(
    [
        ("box", np.float64, 4),  # center x, center y, width, height; now
        ("velocity", np.float64, 4),  # of these, per second
        ("covariance", np.float64, (3, 2)),  # as of motion.py
        ("last", np.float64, 4),  # the last detection, as box
        ("corners", np.float32, 4),  # the last detection, as it came
        ("score", np.float32),
        ("seen_s", np.float64),  # last
        ("since_s", np.float64),  # first
        ("steady_s", np.float64),  # first after the last gap
        ("poor_s", np.float64),  # of its present run of poor scores, the first
        ("evidence", np.float64),  # sum of what detections were worth
        ("worth", np.float64),  # mean of it over the last half second
        ("hits", np.int64),
        ("id", np.int64),  # -1: not confirmed
        ("class_id", np.int64),
        ("class_lead", np.float64),
        ("trail", np.float32, (TRAIL_POINTS, 2)),
        ("trail_s", np.float64),  # when its last point but one was taken
    ]
)
"""One array of records keeps all that belongs to an object together."""


def newborn(observed: Observed, time_s: float) -> Records:
    """Return the records of objects that are seen for the first time.

    Args:
        observed: Their detections, N.
        time_s: When they are seen.
    """
    records = np.zeros(len(observed), RECORD)
    records["box"] = records["last"] = observed.boxes
    records["covariance"] = first_covariance(observed.boxes[:, 3])
    records["corners"] = observed.corners
    records["score"] = observed.scores
    for name in ("seen_s", "since_s", "steady_s", "poor_s"):
        records[name] = time_s
    records["evidence"] = records["worth"] = observed.worth
    records["hits"] = 1
    records["id"] = -1
    records["class_id"] = observed.class_ids
    records["class_lead"] = observed.scores
    records["trail"] = np.nan
    records["trail_s"] = -np.inf
    extend_trails(records, time_s)
    return records


def vote(records: Records, observed: Observed) -> None:
    """Let the detections of records say which class each of them is.

    The majority vote of Boyer and Moore (1981), weighed by scores: a detection of the
    same class adds to the lead, one of another class takes from it, and whoever takes
    more than there is becomes the class. The lead is bounded, so that a record can
    change its mind within some detections.

    Args:
        records: As of :func:`newborn`, K of them.
        observed: Their K detections.
    """
    lead = records["class_lead"]
    same = records["class_id"] == observed.class_ids
    lead = np.where(same, lead + observed.scores, lead - observed.scores)
    changed = lead < 0
    records["class_id"][changed] = observed.class_ids[changed]
    records["class_lead"] = np.minimum(np.abs(lead), _MOST_LEAD)


def extend_trails(records: Records, time_s: float) -> None:
    """Put the bottom middle of each detection at the end of its record's trail.

    The newest point follows the object; ten times a second it stays where it is, and
    the oldest one is dropped.

    Args:
        records: As of :func:`newborn`, all of which were detected.
        time_s: When.
    """
    trails, box = records["trail"], records["last"]
    due = (time_s - records["trail_s"] >= TRAIL_EVERY_S - 1e-6).nonzero()[0]
    if len(due):
        trails[due, :-1] = trails[due, 1:]
        records["trail_s"][due] = time_s
    trails[:, -1, 0] = box[:, 0]
    trails[:, -1, 1] = box[:, 1] + box[:, 3] * 0.5
