"""The objects in one frame: boxes with scores and classes, some with keypoints.

Boxes are float32 ``xyxy``, half-open, in pixels of the frame, clipped to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ..geometry import Boxes, Points
from .classifications import ClassIds, Scores, TrackIds, check_track_ids, track_record
from .drawable import Drawable
from .instance_masks import InstanceMasks, Part

Items = slice | npt.NDArray[np.bool_] | npt.NDArray[np.int64] | Sequence[int]


@dataclass(frozen=True)
class Detection:
    """One object.

    Attributes:
        class_id: Index of the class in the model's output.
        score: 0..1.
        label: The class's text; its number where the model has no labels.
        box: x1, y1, x2, y2 in pixels of the frame.
        mask: bool (h, w), which of the pixels that the box touches are the object, from
            the pixel of x1, y1 on; None where the model gives no masks.
        keypoints: float32 (K, 2), x and y in pixels of the frame; None where the model
            gives no keypoints.
        keypoint_labels: K names of keypoints.
        track_id: Number of the object's track; -1: it is not, or not yet, one.
    """

    class_id: int
    score: float
    label: str
    box: tuple[float, float, float, float]
    mask: Part | None = field(default=None, compare=False)
    keypoints: Points | None = field(default=None, compare=False)
    keypoint_labels: tuple[str, ...] = ()
    track_id: int = -1


@dataclass(frozen=True)
class Detections(Drawable):
    """The objects of one frame, best first.

    Attributes:
        boxes: float32 (N, 4), xyxy, half-open, in pixels of the frame.
        scores: float32 (N,), 0..1, falling when a decoder made them.
        class_ids: int64 (N,).
        labels: N texts.
        masks: N masks; None means that the model gives none.
        keypoints: float32 (N, K, 2), x and y in pixels of the frame; a keypoint may lie
            outside of it. None means that the model gives none.
        keypoint_labels: K names of keypoints, the same for each object.
        uncut: float32 (N, 4), the boxes before they were cut at the frame's edges, for
            whoever looks at each object once more; None where they are not known.
        track_ids: int64 (N,), the number of each object's track, -1: not (yet) a track;
            None where nobody tracks.
    """

    boxes: Boxes
    scores: Scores
    class_ids: ClassIds
    labels: tuple[str, ...] = field(default=())
    masks: InstanceMasks | None = None
    keypoints: Points | None = None
    keypoint_labels: tuple[str, ...] = ()
    uncut: Boxes | None = None
    track_ids: TrackIds | None = None

    def __post_init__(self) -> None:
        count = len(self.class_ids)
        if self.boxes.shape != (count, 4):
            raise ValueError(
                f"boxes must have shape ({count}, 4), got {self.boxes.shape}."
            )
        if self.class_ids.shape != (count,) or self.scores.shape != (count,):
            raise ValueError(
                "class_ids and scores must have shape (N,), got "
                f"{self.class_ids.shape} and {self.scores.shape}."
            )
        if len(self.labels) != count:
            raise ValueError(f"labels must have {count} texts, got {len(self.labels)}.")
        if self.masks is not None and len(self.masks) != count:
            raise ValueError(f"masks must be {count}, got {len(self.masks)}.")
        names = len(self.keypoint_labels)
        if self.keypoints is None and names:
            raise ValueError(f"keypoints is None, but there are {names} labels of it.")
        if self.keypoints is not None and self.keypoints.shape != (count, names, 2):
            raise ValueError(
                f"keypoints must have shape ({count}, {names}, 2), got "
                f"{self.keypoints.shape}."
            )
        if self.uncut is not None and self.uncut.shape != self.boxes.shape:
            raise ValueError(
                f"uncut must have shape ({count}, 4), got {self.uncut.shape}."
            )
        check_track_ids(self.track_ids, count)

    @classmethod
    def empty(cls, keypoint_labels: tuple[str, ...] = ()) -> Detections:
        """Return the result of a frame without any object.

        Args:
            keypoint_labels: Names of the keypoints that an object would have.
        """
        count = len(keypoint_labels)
        return cls(
            np.empty((0, 4), np.float32),
            np.empty(0, np.float32),
            np.empty(0, np.int64),
            keypoints=np.empty((0, count, 2), np.float32) if count else None,
            keypoint_labels=keypoint_labels,
        )

    @classmethod
    def joined(cls, parts: Sequence[Detections]) -> Detections:
        """Return the objects of several results of one model, in the order of these.

        A result without objects may lack the masks and keypoints that others have.

        Args:
            parts: All in pixels of the same frame.
        """
        full = [part for part in parts if len(part)] or list(parts[:1])
        if not full:
            return cls.empty()
        masks = [part.masks for part in full if part.masks is not None]
        keypoints = [part.keypoints for part in full if part.keypoints is not None]
        uncut = [part.uncut for part in full if part.uncut is not None]
        ids = [part.track_ids for part in full if part.track_ids is not None]
        return cls(
            np.concatenate([part.boxes for part in full]),
            np.concatenate([part.scores for part in full]),
            np.concatenate([part.class_ids for part in full]),
            tuple(label for part in full for label in part.labels),
            InstanceMasks.joined(masks) if masks else None,
            np.concatenate(keypoints) if keypoints else None,
            full[0].keypoint_labels,
            np.concatenate(uncut) if len(uncut) == len(full) else None,
            np.concatenate(ids) if len(ids) == len(full) else None,
        )

    def __len__(self) -> int:
        return len(self.class_ids)

    def __iter__(self) -> Iterator[Detection]:
        nothing = [None] * len(self)
        masks = nothing if self.masks is None else self.masks.parts
        keypoints = nothing if self.keypoints is None else self.keypoints
        ids = [-1] * len(self) if self.track_ids is None else self.track_ids.tolist()
        names = self.keypoint_labels
        for class_id, score, label, corners, mask, points, track in zip(
            self.class_ids.tolist(),
            self.scores.tolist(),
            self.labels,
            self.boxes.tolist(),
            masks,
            keypoints,
            ids,
            strict=True,
        ):
            left, top, right, bottom = corners
            box = (left, top, right, bottom)
            yield Detection(class_id, score, label, box, mask, points, names, track)

    @overload
    def __getitem__(self, item: int) -> Detection: ...

    @overload
    def __getitem__(self, item: Items) -> Detections: ...

    def __getitem__(self, item: int | Items) -> Detection | Detections:
        """Return one object by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            left, top, right, bottom = self.boxes[item].tolist()
            return Detection(
                int(self.class_ids[item]),
                float(self.scores[item]),
                self.labels[item],
                (left, top, right, bottom),
                None if self.masks is None else self.masks.parts[item],
                None if self.keypoints is None else self.keypoints[item],
                self.keypoint_labels,
                -1 if self.track_ids is None else int(self.track_ids[item]),
            )
        chosen = np.asarray(item) if not isinstance(item, slice) else item
        if isinstance(chosen, np.ndarray) and chosen.size == 0:
            chosen = chosen.astype(np.int64)
        positions = np.arange(len(self))[chosen]
        return Detections(
            self.boxes[positions],
            self.scores[positions],
            self.class_ids[positions],
            tuple(self.labels[i] for i in positions),
            None if self.masks is None else self.masks.take(positions),
            None if self.keypoints is None else self.keypoints[positions],
            self.keypoint_labels,
            None if self.uncut is None else self.uncut[positions],
            None if self.track_ids is None else self.track_ids[positions],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"detections": [{"class_id", "label", "score", "box"} ...]}``.

        With masks, ``area`` is the share of the frame's pixels that the object covers;
        the mask itself stays out. With keypoints there is a list ``keypoints`` of
        ``{"label", "x", "y"}``. With tracks there is ``track_id``: None means that the
        object is not, or not yet, a track.
        """
        areas: list[dict[str, float]] = [{}] * len(self)
        if self.masks is not None:
            areas = [{"area": round(a, 6)} for a in self.masks.areas().tolist()]
        return {
            "detections": [
                {
                    "class_id": item.class_id,
                    "label": item.label,
                    "score": round(item.score, 6),
                    "box": [round(value, 2) for value in item.box],
                    **track_record(self.track_ids, item.track_id),
                    **area,
                    **_keypoint_record(item),
                }
                for item, area in zip(self, areas, strict=True)
            ]
        }

    def to_coco(
        self, image_id: int, *, category_ids: Mapping[int, int] | None = None
    ) -> list[dict[str, Any]]:
        """Return COCO result records: boxes as left, top, width, height.

        With masks there is a ``segmentation`` too, as run lengths.

        Args:
            image_id: The picture's number in the annotation file.
            category_ids: class_id -> COCO category; None writes class_ids as they are.

        Raises:
            ValueError: ``category_ids`` lacks a class that was found.
        """
        from .other_formats import coco_records

        return coco_records(self, image_id, category_ids)

    def to_supervision(self) -> Any:
        """Return a ``supervision.Detections`` with the labels as ``class_name``.

        Keypoints are in its ``data``, as ``keypoints``; tracks are its ``tracker_id``.

        Raises:
            MissingDependencyError: The supervision package is not installed.
        """
        from .other_formats import supervision_detections

        return supervision_detections(self)


def _keypoint_record(item: Detection) -> dict[str, list[dict[str, Any]]]:
    """Return an object's keypoints for JSON; nothing where it has none."""
    if item.keypoints is None:
        return {}
    pairs = zip(item.keypoint_labels, item.keypoints.tolist(), strict=True)
    return {
        "keypoints": [
            {"label": label, "x": round(x, 2), "y": round(y, 2)}
            for label, (x, y) in pairs
        ]
    }
