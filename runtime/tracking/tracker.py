"""Give the detections of each frame the numbers of the objects that they show."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from . import motion
from .assignment import Positions
from .likeness import Floats, centered, corners
from .pairing import pair
from .population import RECORD, extend_trails, newborn, vote
from .score_rank import ScoreRank
from .tracks import Tracks

LOST_S: Final = 2.0
"""A confirmed track that is not seen lives on so long, in seconds."""
TENTATIVE_S: Final = 0.25
"""One that is not confirmed yet, in seconds."""
_SURE: Final = 1.0
_LEAK_S: Final = 0.6
_RANK_ZERO: Final = 0.25
_RANK_SURE: Final = 0.7
_LONG_S: Final = 1.5
_BACKWARDS_S: Final = 0.1
"""A clock that goes back by more than this belongs to another scene."""


class Tracker:
    """Identities over time, by capture time and never by counting frames.

    Each object is a box with a velocity. Detections of a frame are paired with the
    predicted boxes: confirmed objects and good scores first, then the rest, then what
    lies where an object was seen last. What "good" means follows the detector's own
    scores. An object gets its number when it was seen twice or, where its scores are
    among the lowest, for a second; it keeps it while it is not seen for up to two
    seconds. No number is used twice.

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
        self._ranks = ScoreRank()
        self._time_s = -np.inf
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
        edges = np.asarray(boxes, np.float32).reshape(-1, 4)
        worth = np.asarray(scores, np.float64).reshape(-1)
        classes = np.asarray(class_ids, np.int64).reshape(-1)
        if not len(edges) == len(worth) == len(classes):
            raise ValueError(
                "boxes, scores and class_ids must be as many, got "
                f"{len(edges)}, {len(worth)} and {len(classes)}."
            )
        if not np.isfinite(time_s):
            raise ValueError(f"time_s must be a number of seconds, got {time_s}.")
        finite = np.isfinite(edges).all(axis=1) & np.isfinite(worth)
        if not finite.all():
            ids = np.full(len(edges), -1, np.int64)
            some = edges[finite], worth[finite], classes[finite]
            ids[finite] = self._update(*some, time_s)
            return ids
        return self._update(edges, worth, classes, time_s)

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
            self._end(self._time_s)

    def snapshot(self, labels: dict[int, str] | None = None) -> Tracks:
        """Return the confirmed tracks that live at the time of the last update.

        Args:
            labels: class_id -> its text; a class that is not in it is its number.
        """
        some = self._objects[self._objects["id"] > 0]
        some = some[np.argsort(some["id"])]
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

    def _update(
        self,
        edges: npt.NDArray[np.float32],
        scores: Floats,
        class_ids: Positions,
        time_s: float,
    ) -> Positions:
        self._predict(self._start(time_s))
        now = self._time_s
        boxes = centered(edges)
        ranks = self._ranks.rank(scores, now)
        owner = pair(self._objects, boxes, ranks, class_ids)
        gain = (ranks - _RANK_ZERO) / (_RANK_SURE - _RANK_ZERO)
        self._correct(owner, boxes, edges, scores, class_ids, gain, now)
        self._begin(owner, boxes, edges, scores, class_ids, gain, now)
        self._confirm()
        ids = np.full(len(edges), -1, np.int64)
        paired = owner >= 0
        ids[paired] = self._objects["id"][owner[paired]]
        self._end(now)
        return ids

    def _start(self, time_s: float) -> float:
        """Set the clock, and return the seconds since it was set before."""
        before = self._time_s
        if time_s < before - _BACKWARDS_S:
            self.forget()  # a clip that starts again
            before = -np.inf
        self._time_s = max(time_s, before)
        return self._time_s - before if before > -np.inf else 0.0

    def _predict(self, passed_s: float) -> None:
        objects = self._objects
        if not len(objects) or passed_s <= 0:
            return
        objects["box"], objects["velocity"], objects["covariance"] = motion.predict(
            objects["box"], objects["velocity"], objects["covariance"], passed_s
        )

    def _correct(
        self,
        owner: Positions,
        boxes: Floats,
        edges: npt.NDArray[np.float32],
        scores: Floats,
        class_ids: Positions,
        gain: Floats,
        now: float,
    ) -> None:
        pairs = np.flatnonzero(owner >= 0)
        if not len(pairs):
            return
        rows, seen, objects = owner[pairs], boxes[pairs], self._objects
        state = motion.correct(
            objects["box"][rows],
            objects["velocity"][rows],
            objects["covariance"][rows],
            seen,
        )
        objects["box"][rows], objects["velocity"][rows], objects["covariance"][rows] = (
            state
        )
        gap = now - objects["seen_s"][rows]
        left = objects["evidence"][rows] * np.exp(-gap / _LEAK_S)
        objects["evidence"][rows] = left + gain[pairs]
        objects["hits"][rows] += 1
        objects["seen_s"][rows] = now
        objects["last"][rows] = seen
        objects["corners"][rows] = edges[pairs]
        objects["score"][rows] = scores[pairs]
        vote(objects, rows, class_ids[pairs], scores[pairs])
        extend_trails(objects, rows, now)

    def _begin(
        self,
        owner: Positions,
        boxes: Floats,
        edges: npt.NDArray[np.float32],
        scores: Floats,
        class_ids: Positions,
        gain: Floats,
        now: float,
    ) -> None:
        fresh = np.flatnonzero(owner < 0)
        if not len(fresh):
            return
        parts = boxes[fresh], edges[fresh], scores[fresh], class_ids[fresh]
        born = newborn(*parts, now)
        born["evidence"] = gain[fresh]
        extend_trails(born, np.arange(len(born)), now)
        owner[fresh] = len(self._objects) + np.arange(len(born))
        self._objects = np.concatenate([self._objects, born])

    def _confirm(self) -> None:
        objects = self._objects
        lived = objects["seen_s"] - objects["since_s"]
        sure = objects["evidence"] >= _SURE
        sure |= (objects["hits"] >= 3) & (lived >= _LONG_S)
        sure &= objects["id"] < 0
        count = int(sure.sum())
        if count:
            objects["id"][sure] = self._last_id + 1 + np.arange(count)
            self._last_id += count

    def _end(self, now: float) -> None:
        objects = self._objects
        unseen = now - objects["seen_s"]
        alive = unseen <= np.where(objects["id"] > 0, self._lost_s, TENTATIVE_S)
        center = objects["box"][:, :2]
        inside = ((center > 0) & (center < self._size)).all(axis=1)
        alive &= inside | (unseen <= 0)
        if not alive.all():
            self._objects = objects[alive]
