"""The tracks of a run at one moment: what a frame's event says of identities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """One identity over time, at one moment.

    Attributes:
        track_id: Its number, from 1; never used again in a run.
        class_id: The class that most of its detections have.
        label: The text of this class.
        box: x1, y1, x2, y2 in pixels of the frame: as detected, or as predicted where
            the object is not seen.
        score: 0..1, of the last detection.
        seen_s: When it was seen last, on the stream's clock, in seconds.
        since_s: When it was seen first.
        is_seen: Whether it is in this frame's detections.
    """

    track_id: int
    class_id: int
    label: str
    box: tuple[float, float, float, float]
    score: float
    seen_s: float
    since_s: float
    is_seen: bool


@dataclass(frozen=True)
class Tracks:
    """The confirmed tracks that live at one moment, also those not seen in this frame.

    Attributes:
        time_s: The moment, on the stream's clock, in seconds.
        ids: int64 (N,), from 1, rising.
        class_ids: int64 (N,), the class that most of a track's detections have.
        labels: N texts of these.
        boxes: float32 (N, 4), xyxy in pixels of the frame: as detected, or as predicted
            where the object is not seen; these may lie outside of the frame.
        scores: float32 (N,), 0..1, of the last detection.
        seen_s: float64 (N,), when it was seen last, on the stream's clock.
        since_s: float64 (N,), when it was seen first.
        trails: float32 (N, L, 2), bottom middle points of the boxes that were seen,
            about ten per second, the newest last; NaN where there is none yet.
    """

    time_s: float
    ids: npt.NDArray[np.int64]
    class_ids: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    boxes: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    seen_s: Floats
    since_s: Floats
    trails: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        count = len(self.ids)
        for name, shape in (
            ("ids", self.ids.shape),
            ("class_ids", self.class_ids.shape),
            ("labels", (len(self.labels),)),
            ("scores", self.scores.shape),
            ("seen_s", self.seen_s.shape),
            ("since_s", self.since_s.shape),
        ):
            if shape != (count,):
                raise ValueError(f"{name} must have shape ({count},), got {shape}.")
        if self.boxes.shape != (count, 4):
            raise ValueError(
                f"boxes must have shape ({count}, 4), got {self.boxes.shape}."
            )
        shape = self.trails.shape
        if len(shape) != 3 or (shape[0], shape[2]) != (count, 2):
            raise ValueError(f"trails must have shape ({count}, L, 2), got {shape}.")

    @classmethod
    def empty(cls, time_s: float = 0.0) -> Tracks:
        """Return a moment without any track."""
        none, whole = np.empty(0), np.empty(0, np.int64)
        thin = none.astype(np.float32)
        boxes, trails = thin.reshape(0, 4), thin.reshape(0, 0, 2)
        return cls(time_s, whole, whole, (), boxes, thin, none, none, trails)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Track]:
        for position in range(len(self)):
            yield self[position]

    def __getitem__(self, position: int) -> Track:
        left, top, right, bottom = self.boxes[position].tolist()
        return Track(
            int(self.ids[position]),
            int(self.class_ids[position]),
            self.labels[position],
            (left, top, right, bottom),
            float(self.scores[position]),
            float(self.seen_s[position]),
            float(self.since_s[position]),
            bool(self.seen[position]),
        )

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Return which tracks are among this frame's detections, bool (N,)."""
        return np.asarray(self.seen_s >= self.time_s)

    def trail(self, position: int) -> npt.NDArray[np.float32]:
        """Return where a track was: float32 (K, 2), x and y, the newest last.

        The points are the bottom middle of the boxes that were detected, about ten per
        second, of the last five seconds in which the object was seen.

        Args:
            position: The track's place in these arrays, not its number.
        """
        points = self.trails[position]
        return np.asarray(points[~np.isnan(points[:, 0])])

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"tracks": [{"track_id", "label", "box" ...} ...]}``.

        ``age_s`` is the time since a track was seen first, ``unseen_s`` since last.
        """
        return {
            "tracks": [
                {
                    "track_id": track.track_id,
                    "class_id": track.class_id,
                    "label": track.label,
                    "box": [round(value, 2) for value in track.box],
                    "score": round(track.score, 6),
                    "age_s": round(self.time_s - track.since_s, 3),
                    "unseen_s": round(self.time_s - track.seen_s, 3),
                }
                for track in self
            ]
        }
