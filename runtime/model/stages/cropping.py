"""The parts of a frame that the second model sees: one for each thing, or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ....card import InputCard
from ....errors import UnsupportedModelError
from ...geometry import Letterbox, Regions, RotatedCrop, turn_to
from ...results import Detections
from .crop_rules import CropRule, Eye

_MOST_NAMES: Final = 20  # a face mesh has 468 keypoints


@dataclass(frozen=True)
class FramePart:
    """One part of a frame.

    Attributes:
        letterbox: Which part, and where it lies in the second model's input.
        position: Of the object that it shows.
        label: What the part is called; empty for the object itself.
    """

    letterbox: Letterbox
    position: int
    label: str = ""


def no_eyes(name: str) -> str:
    """Return the sentence for an iris model behind a model that finds no eyes.

    Args:
        name: The first model's name.
    """
    return (
        f"An iris model looks at the eyes of a face mesh, and {name} gives none. Put a "
        "face mesh between: --then MESH.tflite --then IRIS.tflite."
    )


class Cropper:
    """Make the parts of a frame by a rule.

    Args:
        rule: How a region is made of an object.
        card: The second model's input.
        first: The first model's name, for errors.

    Attributes:
        rule: The argument of that name.
    """

    def __init__(self, rule: CropRule, card: InputCard, first: str) -> None:
        self.rule = rule
        self._card = card
        self._size = (card.width, card.height)
        self._aspect = card.width / card.height
        self._at_corners = card.interpolation == "bilinear-corners"
        self._first = first

    def parts(self, objects: Detections, size: tuple[int, int]) -> list[FramePart]:
        """Return what the second model must see of some objects.

        Args:
            objects: In pixels of the frame.
            size: Width and height of the frame.

        Raises:
            UnsupportedModelError: The first model does not give the keypoints that the
                caller, or the second model, needs.
        """
        if not len(objects):
            return []
        if self.rule.parts:
            return [
                FramePart(letterbox, position, eye.label)
                for eye in self.rule.parts
                for letterbox, position in self._placed(self._eyes(objects, eye), size)
            ]
        if self.rule.is_turned:
            return [
                FramePart(*pair) for pair in self._placed(self.regions(objects), size)
            ]
        finite = np.flatnonzero(np.isfinite(objects.boxes).all(axis=1))
        cuts = whole_pixels(
            objects.boxes[finite], size, margin=self.rule.margin, aspect=self._aspect
        )
        return [
            FramePart(self._upright(left, top, right, bottom, size), position)
            for position, (left, top, right, bottom) in zip(
                finite.tolist(), cuts.tolist(), strict=True
            )
        ]

    def regions(self, objects: Detections) -> Regions:
        """Return the region of each object, turned as the rule says.

        Raises:
            UnsupportedModelError: The objects lack the keypoints that the user says.
        """
        rule = self.rule
        boxes = objects.boxes if objects.uncut is None else objects.uncut
        names = objects.keypoint_labels
        if objects.keypoints is None or not set(rule.rotation) <= set(names):
            if rule.is_stated and len(objects):
                raise UnsupportedModelError(
                    f"{self._first} gives no keypoints {' and '.join(rule.rotation)}; "
                    f"it gives {', '.join(names[:_MOST_NAMES]) or 'none'}. Pass "
                    "--then-option rotation='START>END' with two of its keypoints, or "
                    "rotation=none."
                )
            rule = rule.plain
        if rule.rotation and objects.keypoints is not None:
            start, end = (
                objects.keypoints[:, names.index(name)].astype(np.float64)
                for name in rule.rotation
            )
            angles = turn_to(start, end, target=rule.target)
            if rule.is_circle:
                side = 2 * np.hypot(*(end - start).T)
                base = Regions.of(start, np.stack([side, side], axis=1), angles)
            else:
                base = Regions.from_boxes(boxes, angles)
        else:
            base = Regions.from_boxes(boxes)
        scale = 1 + 2 * rule.margin
        return base.grown(scale, shift=rule.shift, aspect=self._aspect)

    def crops(self, regions: Regions, size: tuple[int, int]) -> list[Letterbox]:
        """Return the maps of regions that can be cut out of a frame of this size."""
        return [letterbox for letterbox, _ in self._placed(regions, size)]

    def _placed(
        self, regions: Regions, size: tuple[int, int]
    ) -> list[tuple[Letterbox, int]]:
        return [
            (
                RotatedCrop.cut(
                    *(regions, position, size, self._size), at_corners=self._at_corners
                ),
                position,
            )
            for position in np.flatnonzero(regions.usable()).tolist()
        ]

    def _eyes(self, objects: Detections, eye: Eye) -> Regions:
        names = objects.keypoint_labels
        if objects.keypoints is None or not set(eye.corners) <= set(names):
            raise UnsupportedModelError(no_eyes(self._first))
        ends = objects.keypoints[:, [names.index(name) for name in eye.corners]]
        angles = turn_to(ends[:, 0], ends[:, 1])
        boxes = np.concatenate([ends.min(axis=1), ends.max(axis=1)], axis=1)
        base = Regions.from_boxes(boxes, angles)
        grown = base.grown(1 + 2 * self.rule.margin, aspect=self._aspect)
        mirrored = np.full(len(grown), eye.mirrored)
        return Regions(grown.centers, grown.sizes, grown.angles, mirrored)

    def _upright(
        self, left: int, top: int, right: int, bottom: int, size: tuple[int, int]
    ) -> Letterbox:
        """Return the map of a part of whole pixels, filled as the card says."""
        alone = Letterbox.fit(
            (right - left, bottom - top),
            self._size,
            resize=self._card.resize,
            crop_fraction=self._card.crop_fraction,
        )
        return alone.placed(left, top, size)


def whole_pixels(
    boxes: npt.NDArray[np.float32],
    size: tuple[int, int],
    *,
    margin: float,
    aspect: float,
) -> npt.NDArray[np.int64]:
    """Return what is cut out for each box: whole pixels of the frame, never empty.

    A box grows by the margin, then to the aspect ratio of the second model's input, so
    that stretching does not distort it; what would lie outside the frame is moved in,
    or cut where the frame is too small.

    Args:
        boxes: float32 (N, 4) xyxy, in pixels of the frame.
        size: Width and height of the frame.
        margin: Added on each side, as a share of the box's sides.
        aspect: Width by height.

    Returns:
        int64 (N, 4) xyxy.
    """
    limits = np.asarray(size, np.float64)
    sides = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64) * (1 + 2 * margin)
    middles = (boxes[:, :2] + boxes[:, 2:]).astype(np.float64) / 2
    wide = np.maximum(sides[:, 0], sides[:, 1] * aspect)
    grown = np.minimum(np.stack([wide, wide / aspect], axis=1), limits)
    low = np.clip(middles - grown / 2, 0, limits - grown)
    corner = np.clip(np.floor(low), 0, limits - 1)
    end = np.clip(np.ceil(low + grown), corner + 1, limits)
    return np.concatenate([corner, end], axis=1).astype(np.int64)
