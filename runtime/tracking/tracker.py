"""Give the detections of each frame the numbers of the objects that they show."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from . import motion
from .belief import UNSEEN_S, add_evidence, certain, shown
from .likeness import corners
from .observed import Observed, Positions, observed, twins
from .pairing import pair
from .population import RECORD, Records, extend_trails, newborn, vote
from .score_scale import ScoreScale
from .tracks import Tracks

LOST_S: Final = 2.0
"""A confirmed track that is not seen lives on so long, in seconds."""
_RARE: Final = 3.0
"""Frames that come seldom may be so many times as far apart as the two before."""
_NONE: Final = np.array([-1])
_BACKWARDS_S: Final = 0.1
"""A clock that goes back by more than this belongs to another scene."""


class Tracker:
    """Identities over time, by capture time and never by counting frames.

    Each object is a box with a velocity. Detections of a frame are paired with the
    predicted boxes: confirmed objects and good scores first, then the rest, then what
    lies where an object was seen last. What "good" means follows the detector's own
    scores. An object gets its number when it was seen twice, at once where
    pictures are rare and its score is very good, or after two seconds where its scores
    are poor; it keeps it while it is not seen for up to two seconds. No
    number is used twice.

    One thread at a time may call it.

    Args:
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
        lost_s: Seconds that a confirmed track lives on while it is not seen.
    """

    def __init__(self, width: int, height: int, *, lost_s: float = LOST_S) -> None:
        if not lost_s >= 0:
            raise ValueError(f"lost_s must be 0 or more seconds, got {lost_s}.")
        self._lost_s = lost_s
        self._objects = np.empty(0, RECORD)
        self._scale = ScoreScale()
        self._time_s = -np.inf
        self._step_s = np.inf
        self._last_id = 0
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Take the size of the frames that follow, whose objects are others.

        Args:
            width: In pixels.
            height: In pixels.
        """
        if width <= 0 or height <= 0:
            raise ValueError(f"a frame has at least one pixel, got {width}x{height}.")
        self._size = np.array([width, height], np.float64)
        self.forget()

    def forget(self) -> None:
        """End all tracks; their numbers are not used again."""
        self._objects = np.empty(0, RECORD)

    def update(
        self,
        boxes: npt.ArrayLike,
        scores: npt.ArrayLike,
        class_ids: npt.ArrayLike,
        time_s: float,
    ) -> Positions:
        """Return the number of each detection's object.

        Call it for empty frames as well: they say that nothing is seen.

        Args:
            boxes: (N, 4) xyxy, in pixels of the frame.
            scores: (N,), 0..1.
            class_ids: (N,) integers.
            time_s: When the frame was captured, in seconds on any clock that does not
                run backwards.

        Returns:
            int64 (N,), from 1; -1: not, or not yet, a track. No number is twice in it.

        Raises:
            ValueError: The shapes do not agree, or the time is no number.
        """
        detections, finite = observed(boxes, scores, class_ids)
        if not np.isfinite(time_s):
            raise ValueError(f"time_s must be a number of seconds, got {time_s}.")
        longest_s = max(self._lost_s, _RARE * self._step_s)
        passed_s = self._start(time_s)
        if passed_s > longest_s:  # a camera that was lost
            self._end_unseen(longest_s)
        now = self._time_s
        detections = detections.weighed(self._scale.worth(detections.scores, now))
        if passed_s > 0 and len(self._objects):
            _predict(self._objects, passed_s)
        owner = pair(self._objects, detections, now)
        seen = (owner >= 0).nonzero()[0]
        if len(seen):
            _correct(self._objects, owner[seen], detections.take(seen), now, passed_s)
        self._begin(owner, detections)
        self._confirm(passed_s)
        ids = np.full(len(finite), -1, np.int64)
        numbers = np.where(shown(self._objects), self._objects["id"], -1)
        ids[finite] = np.concatenate([numbers, _NONE])[owner]
        self._end()
        return ids

    def hold(self, time_s: float) -> None:
        """Take the word of a camera's run that nothing has moved since the last update.

        What was seen then counts as seen now, where it was; what was lost stays so, and
        ends in its time.

        Args:
            time_s: When the frame was captured, as of :meth:`update`.
        """
        seen = self._objects["seen_s"] >= self._time_s
        if self._start(time_s) > 0:
            self._objects["seen_s"][seen] = self._time_s
            self._objects["velocity"][seen] = 0.0
            self._end()

    def snapshot(self, labels: dict[int, str] | None = None) -> Tracks:
        """Return the confirmed tracks that live at the time of the last update.

        Args:
            labels: class_id -> its text; a class that is not in it is its number.
        """
        ids = self._objects["id"]
        order = ids.argsort()  # those without a number come first
        some = self._objects.take(order[np.count_nonzero(ids <= 0) :])
        now = self._time_s if self._time_s > -np.inf else 0.0
        boxes = corners(some["box"]).astype(np.float32)
        seen = some["seen_s"] >= now
        boxes[seen] = some["corners"][seen]
        names = labels or {}
        return Tracks(
            now,
            some["id"],
            some["class_id"],
            tuple(names.get(i, str(i)) for i in some["class_id"].tolist()),
            boxes,
            some["score"],
            some["seen_s"],
            some["since_s"],
            some["trail"],
        )

    def _start(self, time_s: float) -> float:
        """Set the clock, and return the seconds since it was set before."""
        before = self._time_s
        if time_s < before - _BACKWARDS_S:
            self.forget()  # a clip that starts again
            before, self._step_s = -np.inf, np.inf
        self._time_s = max(time_s, before)
        passed_s = self._time_s - before if before > -np.inf else 0.0
        if passed_s > 0:
            self._step_s = passed_s
        return passed_s

    def _end_unseen(self, longest_s: float) -> None:
        """Drop what was not seen for so long, before it can be paired."""
        recent = self._time_s - self._objects["seen_s"] <= longest_s
        if not recent.all():
            self._objects = self._objects[recent]

    def _begin(self, owner: Positions, detections: Observed) -> None:
        """Begin an object for each detection that shows none that is known."""
        known = owner >= 0
        if known.all():
            return
        fresh = np.flatnonzero(~known & ~twins(detections, known))
        if len(fresh):
            owner[fresh] = len(self._objects) + np.arange(len(fresh))
            born = newborn(detections.take(fresh), self._time_s)
            self._objects = np.concatenate([self._objects, born])

    def _confirm(self, passed_s: float) -> None:
        """Give a number to each object that has none and is certain now."""
        objects = self._objects
        fresh = objects["id"] < 0
        if not fresh.any():
            return
        sure = fresh & certain(objects, self._time_s, passed_s)
        count = int(sure.sum())
        if count:
            objects["id"][sure] = self._last_id + 1 + np.arange(count)
            self._last_id += count

    def _end(self) -> None:
        """Drop what was not seen for too long, or has left the frame."""
        objects = self._objects
        unseen = self._time_s - objects["seen_s"]
        alive = unseen <= np.where(objects["id"] > 0, self._lost_s, UNSEEN_S)
        center = objects["box"][:, :2]
        inside = ((center > 0) & (center < self._size)).all(axis=1)
        alive &= inside | (unseen <= 0)
        if not alive.all():
            self._objects = objects[alive]


def _predict(objects: Records, passed_s: float) -> None:
    """Move all objects to where they are some seconds later."""
    state = motion.predict(
        objects["box"], objects["velocity"], objects["covariance"], passed_s
    )
    objects["box"], objects["velocity"], objects["covariance"] = state


def _correct(
    objects: Records, rows: Positions, seen: Observed, now: float, passed_s: float
) -> None:
    """Let the detections of some objects say where and what they are."""
    some = objects.take(rows)  # whole records, which are few: faster than each field
    some["box"], some["velocity"], some["covariance"] = motion.correct(
        some["box"], some["velocity"], some["covariance"], seen.boxes
    )
    add_evidence(some, seen.worth, now, passed_s)
    some["seen_s"] = now
    some["last"] = seen.boxes
    some["corners"] = seen.corners
    some["score"] = seen.scores
    vote(some, seen)
    extend_trails(some, now)
    objects[rows] = some
