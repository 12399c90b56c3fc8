"""The points of one or several things in a frame, and which points a line joins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ..geometry import Points
from .classifications import Scores, TrackIds, check_track_ids, track_record
from .drawable import Drawable
from .instance_masks import InstanceMasks


@dataclass(frozen=True)
class LandmarkItem:
    """One face, hand, body or other thing as points.

    Attributes:
        label: What it is, such as "left hand".
        score: 0..1; that the thing is in the region.
        points: float32 (K, 3): x and y in pixels of the frame, and the depth z on the
            same scale, smaller towards the camera; 0 where the model gives none.
        labels: K names of points.
        region: float32 (4, 2), the corners of the part of the frame that the model saw,
            in pixels of the frame, clockwise from the upper left one of the crop.
        point_scores: float32 (K,), 0..1, that a point can be seen; None where the model
            gives none.
        world_points: float32 (K, 3), metres from the thing's own centre; None where the
            model gives none.
        track_id: Number of the thing's track; -1: it is not, or not yet, one.
    """

    label: str
    score: float
    points: Points
    labels: tuple[str, ...]
    region: Points
    point_scores: Scores | None = None
    world_points: Points | None = None
    track_id: int = -1

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return the smallest box around the points, x1, y1, x2, y2."""
        left, top = self.points[:, :2].min(axis=0).tolist()
        right, bottom = self.points[:, :2].max(axis=0).tolist()
        return left, top, right, bottom


@dataclass(frozen=True)
class Landmarks(Drawable):
    """The points of the things in one frame.

    Attributes:
        points: float32 (N, K, 3): x and y in pixels of the frame, where a point may lie
            outside of it, and the depth z on the same scale, smaller towards the
            camera; 0 where the model gives none.
        scores: float32 (N,), 0..1; that the thing is in its region.
        item_labels: N texts, such as "face" or "left hand".
        labels: K names of points.
        skeleton: Pairs of positions in ``labels`` that a line joins.
        regions: float32 (N, 4, 2), the corners of the part of the frame that the model
            saw, in pixels of the frame, clockwise from the crop's upper left one.
        point_scores: float32 (N, K), 0..1, that a point can be seen; None where the
            model gives none.
        world_points: float32 (N, K, 3), metres from each thing's own centre; None where
            the model gives none.
        auxiliary: float32 (N, A, 3), points that only say where the next frame's region
            lies; None where the model gives none.
        masks: N masks; None where the model gives none, or nobody asked for them.
        track_ids: int64 (N,), the number of each thing's track, -1: not (yet) a track;
            None where nobody tracks.
    """

    points: Points
    scores: Scores
    item_labels: tuple[str, ...]
    labels: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...]
    regions: Points
    point_scores: Scores | None = None
    world_points: Points | None = None
    auxiliary: Points | None = None
    masks: InstanceMasks | None = None
    track_ids: TrackIds | None = None

    def __post_init__(self) -> None:
        items, count = len(self.scores), len(self.labels)
        if len(self.item_labels) != items:
            raise ValueError(
                f"item_labels must have {items} texts, got {len(self.item_labels)}."
            )
        for name, array, shape in (
            ("points", self.points, (items, count, 3)),
            ("regions", self.regions, (items, 4, 2)),
            ("point_scores", self.point_scores, (items, count)),
            ("world_points", self.world_points, (items, count, 3)),
        ):
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {array.shape}.")
        if self.masks is not None and len(self.masks) != items:
            raise ValueError(f"masks must be {items}, got {len(self.masks)}.")
        check_track_ids(self.track_ids, items)
        if not _joins(self.skeleton, count):
            raise ValueError(f"skeleton must join positions below {count}.")

    @classmethod
    def empty(
        cls,
        labels: tuple[str, ...] = (),
        skeleton: tuple[tuple[int, int], ...] = (),
    ) -> Landmarks:
        """Return the result for a frame in which there is nothing."""
        return cls(
            np.zeros((0, len(labels), 3), np.float32),
            np.zeros(0, np.float32),
            (),
            labels,
            skeleton,
            np.zeros((0, 4, 2), np.float32),
        )

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[LandmarkItem]:
        for position in range(len(self)):
            yield self[position]

    @overload
    def __getitem__(self, item: int) -> LandmarkItem: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Landmarks: ...

    def __getitem__(
        self, item: int | slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> LandmarkItem | Landmarks:
        """Return one thing by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            return LandmarkItem(
                self.item_labels[item],
                float(self.scores[item]),
                self.points[item],
                self.labels,
                self.regions[item],
                _of(self.point_scores, item),
                _of(self.world_points, item),
                -1 if self.track_ids is None else int(self.track_ids[item]),
            )
        positions = np.arange(len(self))[item]
        return Landmarks(
            self.points[positions],
            self.scores[positions],
            tuple(self.item_labels[i] for i in positions.tolist()),
            self.labels,
            self.skeleton,
            self.regions[positions],
            _of(self.point_scores, positions),
            _of(self.world_points, positions),
            _of(self.auxiliary, positions),
            None if self.masks is None else self.masks.take(positions),
            None if self.track_ids is None else self.track_ids[positions],
        )

    @property
    def boxes(self) -> npt.NDArray[np.float32]:
        """Return the smallest box around each thing's points, float32 (N, 4), xyxy."""
        if not len(self) or not self.labels:
            return np.zeros((len(self), 4), np.float32)
        flat = self.points[:, :, :2]
        return np.concatenate([flat.min(axis=1), flat.max(axis=1)], axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"landmarks": [{"label", "score", "points": [[x, y, z], ...``.

        ``point_labels`` stands beside it where the points have names and not numbers.
        With masks, ``area`` is the share of the frame's pixels that a thing covers.
        """
        records = [
            {**_record(item), **track_record(self.track_ids, item.track_id)}
            for item in self
        ]
        if self.masks is not None:
            for record, area in zip(records, self.masks.areas().tolist(), strict=True):
                record["area"] = round(area, 6)
        named = any(label != str(i) for i, label in enumerate(self.labels))
        return {
            "landmarks": records,
            **({"point_labels": list(self.labels)} if named else {}),
        }


@lru_cache(maxsize=32)
def _joins(skeleton: tuple[tuple[int, int], ...], count: int) -> bool:
    """Return whether all lines join points there are; asked once per frame."""
    return all(0 <= end < count for pair in skeleton for end in pair)


def _of(array: Points | None, item: Any) -> Any:
    return None if array is None else array[item]


def _record(item: LandmarkItem) -> dict[str, Any]:
    record: dict[str, Any] = {
        "label": item.label,
        "score": round(item.score, 6),
        "box": [round(value, 2) for value in item.box],
        "region": _rounded(item.region, 2),
        "points": _rounded(item.points, 2),
    }
    if item.point_scores is not None:
        record["point_scores"] = _rounded(item.point_scores, 4)
    if item.world_points is not None:
        record["world_points"] = _rounded(item.world_points, 5)
    return record


def _rounded(values: npt.NDArray[np.float32], digits: int) -> list[Any]:
    # float64: a rounded float32 has seven more digits as text.
    rounded: list[Any] = np.round(values.astype(np.float64), digits).tolist()
    return rounded
