"""The people of one frame as keypoints, and which keypoints a line joins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from ..geometry import Boxes, Points
from .classifications import Scores, TrackIds, check_track_ids, track_record
from .drawable import Drawable

COCO_KEYPOINTS: Final = (
    "nose",
    "left eye",
    "right eye",
    "left ear",
    "right ear",
    "left shoulder",
    "right shoulder",
    "left elbow",
    "right elbow",
    "left wrist",
    "right wrist",
    "left hip",
    "right hip",
    "left knee",
    "right knee",
    "left ankle",
    "right ankle",
)
COCO_SKELETON: Final = (
    (0, 1),
    (0, 2),
    (1, 3),
    (2, 4),
    (5, 6),
    (5, 7),
    (7, 9),
    (6, 8),
    (8, 10),
    (5, 11),
    (6, 12),
    (11, 12),
    (11, 13),
    (13, 15),
    (12, 14),
    (14, 16),
)
"""Pairs of positions in :data:`COCO_KEYPOINTS` that a line joins."""


@dataclass(frozen=True)
class Pose:
    """One person.

    Attributes:
        keypoints: float32 (K, 2), x and y in pixels of the frame.
        scores: float32 (K,), 0..1, one per keypoint.
        score: 0..1, for the person: the mean of the keypoints' unless the model says.
        labels: K names of keypoints.
        box: x1, y1, x2, y2 in pixels of the frame; None where the model gives none.
        track_id: Number of the person's track; -1: it is not, or not yet, one.
    """

    keypoints: Points
    scores: Scores
    score: float
    labels: tuple[str, ...]
    box: tuple[float, float, float, float] | None = None
    track_id: int = -1


@dataclass(frozen=True)
class Poses(Drawable):
    """The people of one frame, best first.

    Attributes:
        keypoints: float32 (N, K, 2), x and y in pixels of the frame; a keypoint may lie
            outside of it.
        keypoint_scores: float32 (N, K), 0..1.
        scores: float32 (N,), 0..1, one per person.
        labels: K names of keypoints.
        skeleton: Pairs of positions in ``labels`` that a line joins.
        boxes: float32 (N, 4), xyxy, half-open, in pixels of the frame; None where the
            model gives none.
        track_ids: int64 (N,), the number of each person's track, -1: not (yet) a track;
            None where nobody tracks.
    """

    keypoints: Points
    keypoint_scores: npt.NDArray[np.float32]
    scores: Scores
    labels: tuple[str, ...] = field(default=COCO_KEYPOINTS)
    skeleton: tuple[tuple[int, int], ...] = field(default=COCO_SKELETON)
    boxes: Boxes | None = None
    track_ids: TrackIds | None = None

    def __post_init__(self) -> None:
        shape = (len(self.scores), len(self.labels))
        if self.keypoints.shape != (*shape, 2) or self.keypoint_scores.shape != shape:
            raise ValueError(
                f"keypoints and keypoint_scores must have shape {(*shape, 2)} and "
                f"{shape}, got {self.keypoints.shape} and {self.keypoint_scores.shape}."
            )
        if self.boxes is not None and self.boxes.shape != (shape[0], 4):
            raise ValueError(
                f"boxes must have shape ({shape[0]}, 4), got {self.boxes.shape}."
            )
        check_track_ids(self.track_ids, shape[0])
        if any(not 0 <= end < shape[1] for pair in self.skeleton for end in pair):
            raise ValueError(f"skeleton must join positions below {shape[1]}.")

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Pose]:
        for position in range(len(self)):
            yield self[position]

    @overload
    def __getitem__(self, item: int) -> Pose: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Poses: ...

    def __getitem__(
        self, item: int | slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Pose | Poses:
        """Return one person by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            box = None
            if self.boxes is not None:
                left, top, right, bottom = self.boxes[item].tolist()
                box = (left, top, right, bottom)
            return Pose(
                self.keypoints[item],
                self.keypoint_scores[item],
                float(self.scores[item]),
                self.labels,
                box,
                -1 if self.track_ids is None else int(self.track_ids[item]),
            )
        positions = np.arange(len(self))[item]
        return Poses(
            self.keypoints[positions],
            self.keypoint_scores[positions],
            self.scores[positions],
            self.labels,
            self.skeleton,
            None if self.boxes is None else self.boxes[positions],
            None if self.track_ids is None else self.track_ids[positions],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"poses": [{"score", "keypoints": [{"label", "x", "y", ...``."""
        return {
            "poses": [
                {
                    "score": round(pose.score, 6),
                    **({"box": [round(v, 2) for v in pose.box]} if pose.box else {}),
                    **track_record(self.track_ids, pose.track_id),
                    "keypoints": [
                        {
                            "label": label,
                            "x": round(x, 2),
                            "y": round(y, 2),
                            "score": round(score, 6),
                        }
                        for label, (x, y), score in zip(
                            pose.labels,
                            pose.keypoints.tolist(),
                            pose.scores.tolist(),
                            strict=True,
                        )
                    ],
                }
                for pose in self
            ]
        }
