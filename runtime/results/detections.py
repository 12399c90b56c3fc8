"""The objects in one frame: boxes with scores and classes.

Boxes are float32 ``xyxy``, half-open, in pixels of the frame, clipped to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ...errors import MissingDependencyError
from ..geometry import Boxes, to_xywh
from .classifications import ClassIds, Scores
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
    """

    class_id: int
    score: float
    label: str
    box: tuple[float, float, float, float]
    mask: Part | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Detections(Drawable):
    """The objects of one frame, best first.

    Attributes:
        boxes: float32 (N, 4), xyxy, half-open, in pixels of the frame.
        scores: float32 (N,), 0..1, falling when a decoder made them.
        class_ids: int64 (N,).
        labels: N texts.
        masks: N masks; None means that the model gives none.
    """

    boxes: Boxes
    scores: Scores
    class_ids: ClassIds
    labels: tuple[str, ...] = field(default=())
    masks: InstanceMasks | None = None

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

    @classmethod
    def empty(cls) -> Detections:
        """Return the result of a frame without any object."""
        return cls(
            np.empty((0, 4), np.float32),
            np.empty(0, np.float32),
            np.empty(0, np.int64),
        )

    def __len__(self) -> int:
        return len(self.class_ids)

    def __iter__(self) -> Iterator[Detection]:
        masks = [None] * len(self) if self.masks is None else self.masks.parts
        for class_id, score, label, (left, top, right, bottom), mask in zip(
            self.class_ids.tolist(),
            self.scores.tolist(),
            self.labels,
            self.boxes.tolist(),
            masks,
            strict=True,
        ):
            yield Detection(class_id, score, label, (left, top, right, bottom), mask)

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
        )

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"detections": [{"class_id", "label", "score", "box"} ...]}``.

        With masks, ``area`` is the share of the frame's pixels that the object covers;
        the mask itself stays out.
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
                    **area,
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
        records = []
        boxes = to_xywh(self.boxes).tolist()
        for position, (item, box) in enumerate(zip(self, boxes, strict=True)):
            category = item.class_id
            if category_ids is not None:
                if category not in category_ids:
                    raise ValueError(f"category_ids has no class {category}.")
                category = category_ids[category]
            records.append(
                {
                    "image_id": image_id,
                    "category_id": category,
                    "bbox": [round(value, 3) for value in box],
                    "score": round(item.score, 6),
                }
            )
            if self.masks is not None:
                records[-1]["segmentation"] = self.masks.to_rle(position)
        return records

    def to_supervision(self) -> Any:
        """Return a ``supervision.Detections`` with the labels as ``class_name``.

        Raises:
            MissingDependencyError: The supervision package is not installed.
        """
        try:
            import supervision
        except ImportError as error:
            raise MissingDependencyError(
                "to_supervision needs supervision, which is not installed. "
                "Run: pip install supervision"
            ) from error
        masks = None
        if self.masks is not None and len(self):
            masks = np.stack([self.masks.whole(i) for i in range(len(self))])
        return supervision.Detections(
            mask=masks,
            xyxy=self.boxes.copy(),
            confidence=self.scores.copy(),
            class_id=self.class_ids.astype(int),
            data={"class_name": np.asarray(self.labels, dtype=str)},
        )
