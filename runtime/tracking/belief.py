"""When an object is certain enough to get a number, and to show it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .likeness import Floats
from .population import Records

UNSEEN_S: Final = 0.15
"""What is not confirmed may be missed for so long, or for one frame, in seconds."""
STEADY_S: Final = 2.0
"""What is there for so long is an object, whatever its scores, in seconds."""
_GAP_S: Final = 0.25
"""A longer gap, or one of more than a frame, begins the two seconds anew."""
_STEADY_HITS: Final = 3
_RARE_S: Final = 0.25
"""Where pictures are rarer, one very good detection is enough: to wait for the next
would lose a large part of a short visit."""
_SURE: Final = 1.0
_LEAST: Final = -0.5
_MEMORY_S: Final = 0.5


def add_evidence(objects: Records, worth: Floats, now: float, passed_s: float) -> None:
    """Let detections speak for their objects, before these count as seen now.

    Args:
        objects: As of :func:`edgevision.runtime.tracking.population.newborn`, K of
            them.
        worth: float64 (K,), of their detections.
        now: The time of the frame, in seconds.
        passed_s: Since the frame before.
    """
    gap = now - objects["seen_s"]
    evidence = objects["evidence"] + worth
    objects["evidence"] = np.minimum(np.maximum(evidence, _LEAST), _SURE)
    mean = objects["worth"]
    objects["worth"] = mean + (1.0 - np.exp(-gap / _MEMORY_S)) * (worth - mean)
    objects["hits"] += 1
    missed = gap > max(_GAP_S, 1.01 * passed_s)
    objects["steady_s"][missed] = now
    # Poor scores of an object that was good count from when they became poor.
    good = objects["worth"] >= 0.0
    good &= now - objects["steady_s"] >= STEADY_S
    objects["poor_s"][missed | good] = now


def certain(objects: Records, now: float, passed_s: float) -> npt.NDArray[np.bool_]:
    """Return which objects may have a number, bool (N,).

    Two good detections are enough, or one very good one where pictures are rare; or
    that something is seen for two seconds without a gap, which bounds the time for
    objects of poor scores.

    Args:
        objects: As of :func:`edgevision.runtime.tracking.population.newborn`.
        now: The time of the frame, in seconds.
        passed_s: Since the frame before.
    """
    steady = objects["seen_s"] - objects["steady_s"] >= STEADY_S
    steady &= objects["hits"] >= _STEADY_HITS
    good = (objects["evidence"] >= _SURE) & (objects["hits"] >= 2)
    if passed_s >= _RARE_S:
        good |= (objects["worth"] >= _SURE) & (objects["seen_s"] >= now)
    return np.asarray(good | steady)


def shown(objects: Records) -> npt.NDArray[np.bool_]:
    """Return of which objects the present detection shows the number, bool (N,).

    Not while the detections of the last half second are poor, unless they have been so
    for two seconds without a gap: a track that has lost its object lies over what looks
    a little like it, however long it had the object before.
    """
    steady = objects["seen_s"] - objects["poor_s"] >= STEADY_S
    return np.asarray((objects["worth"] >= 0.0) | steady)
