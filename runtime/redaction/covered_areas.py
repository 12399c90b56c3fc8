"""The parts of one picture that are covered, in whole pixels of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import RedactionError
from ..results import InstanceMasks

Polygon = Sequence[tuple[float, float]]

_FARTHEST = 1e9
_NO_CORNERS = np.zeros((0, 2), np.int64)
_LEAST_MARGIN = 2.0  # pixels: the margin of a tiny box would round to nothing


@dataclass(frozen=True)
class CoveredAreas:
    """Rectangles and shapes of one picture.

    Attributes:
        size: Width and height of the picture.
        boxes: int64 (N, 4), xyxy, half-open, whole pixels inside of the picture; none
            is empty.
        shapes: Shapes that are no rectangles.
    """

    size: tuple[int, int]
    boxes: npt.NDArray[np.int64]
    shapes: InstanceMasks

    @classmethod
    def none(cls, size: tuple[int, int]) -> CoveredAreas:
        """Return no area of a picture of this width and height."""
        return cls(size, np.zeros((0, 4), np.int64), _shapes(size, []))

    @classmethod
    def whole(cls, size: tuple[int, int]) -> CoveredAreas:
        """Return all of a picture of this width and height."""
        boxes = np.asarray([[0, 0, *size]], np.int64)
        return cls(size, boxes, _shapes(size, []))

    @classmethod
    def of_boxes(
        cls, boxes: npt.ArrayLike, size: tuple[int, int], *, margin: float = 0.0
    ) -> CoveredAreas:
        """Return the areas of boxes that are grown, and cut at the picture's edges.

        A box that lies outside of the picture covers nothing of it.

        Args:
            boxes: (N, 4) xyxy, in pixels of the picture.
            size: Width and height of the picture.
            margin: Added on each side, as a share of the box's longer side; above 0 it
                is 2 pixels at least.

        Raises:
            RedactionError: A box has a NaN, an infinity, or its ends in wrong order.
        """
        corners = np.asarray(boxes, np.float64).reshape(-1, 4)
        sides = check_boxes(corners)
        if margin > 0:
            grown = np.maximum(sides.max(axis=1) * margin, _LEAST_MARGIN)[:, None]
            low, high = corners[:, :2] - grown, corners[:, 2:] + grown
        else:
            low, high = corners[:, :2], corners[:, 2:]
        low = np.floor(low)
        # A box without an extent is where the thing is, all the same.
        pixels = np.concatenate([low, np.maximum(np.ceil(high), low + 1)], axis=1)
        # Clipped as floats: a coordinate of 1e30 has no integer.
        ends = (*size, *size)
        pixels = np.minimum(np.maximum(pixels, 0.0), ends).astype(np.int64)
        is_inside = (pixels[:, 2:] > pixels[:, :2]).all(axis=1)
        return cls(size, pixels[is_inside], _shapes(size, []))

    @classmethod
    def of_polygon(cls, points: Polygon, size: tuple[int, int]) -> CoveredAreas:
        """Return the area of a polygon, with all pixels that its edge touches.

        Args:
            points: At least three corners, x and y in pixels of the picture.
            size: Width and height of the picture.

        Raises:
            RedactionError: A corner is not finite, or no pixel lies in the polygon.
        """
        corners = np.asarray(points, np.float64).reshape(-1, 2)
        if len(corners) < 3 or not np.isfinite(corners).all():
            raise RedactionError(
                f"Cannot cover a polygon of {_numbers(corners)}: three corners or more "
                "of finite numbers were expected."
            )
        # In eighths of a pixel; the middle of the pixel x, y is at x + 1/2, y + 1/2.
        limit = 8.0 * max(*size, 1)
        fixed = np.round(np.clip((corners - 0.5) * 8, -limit, 2 * limit))
        mask = np.zeros(size[::-1], np.uint8)
        outline = [fixed.astype(np.int32)]
        cv2.fillPoly(mask, outline, 1, cv2.LINE_8, 3)
        # The filler leaves out pixels that the edge only touches.
        cv2.polylines(mask, outline, True, 1, 2, cv2.LINE_8, 3)
        return cls.of_mask(mask.astype(np.bool_))

    @classmethod
    def of_mask(cls, mask: npt.NDArray[np.bool_], *, margin: int = 0) -> CoveredAreas:
        """Return the area of a mask.

        Args:
            mask: bool (H, W), as large as the picture.
            margin: Pixels by which it grows.

        Raises:
            RedactionError: No pixel is in it.
        """
        size = (mask.shape[1], mask.shape[0])
        grown = np.ascontiguousarray(mask, np.uint8)
        if margin > 0:
            side = 2 * margin + 1
            grown = np.asarray(cv2.dilate(grown, np.ones((side, side), np.uint8)))
        x, y, width, height = cv2.boundingRect(grown)
        if not width:
            raise RedactionError(
                f"Cannot cover an area that has no pixel in the {size[0]}x{size[1]} "
                "picture."
            )
        part = grown[y : y + height, x : x + width] != 0
        if part.all():
            return cls.of_boxes([[x, y, x + width, y + height]], size)
        return cls(size, np.zeros((0, 4), np.int64), _shapes(size, [(x, y, part)]))

    def __len__(self) -> int:
        return len(self.boxes) + len(self.shapes)

    def __add__(self, other: CoveredAreas) -> CoveredAreas:
        """Return the areas of both, which are of pictures of one size."""
        if self.size != other.size:
            raise ValueError(
                f"areas must be of pictures of one size, got {self.size} and "
                f"{other.size}."
            )
        if not len(other) or not len(self):
            return self if len(self) else other
        boxes = np.concatenate([self.boxes, other.boxes])
        shapes = self.shapes
        if len(other.shapes):
            shapes = InstanceMasks.joined([shapes, other.shapes])
        return CoveredAreas(self.size, boxes, shapes)

    def mask(self) -> npt.NDArray[np.bool_]:
        """Return which pixels of the picture are covered, bool (H, W)."""
        mask = np.zeros(self.size[::-1], np.bool_)
        for left, top, right, bottom in self.boxes.tolist():
            mask[top:bottom, left:right] = True
        for (x, y), part in zip(
            self.shapes.corners.tolist(), self.shapes.parts, strict=True
        ):
            mask[y : y + part.shape[0], x : x + part.shape[1]] |= part
        return mask


def check_boxes(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return width and height of boxes, (N, 2), float64 (N, 4) xyxy.

    Raises:
        RedactionError: A box has a NaN, an infinity, or its ends in wrong order.
    """
    sides = boxes[:, 2:] - boxes[:, :2]
    # One comparison for all: whatever is NaN or infinite is not in between.
    if ((sides >= 0) & (sides < _FARTHEST)).all() and (abs(boxes) < _FARTHEST).all():
        return sides
    if not np.isfinite(boxes).all():
        raise RedactionError(
            f"Cannot cover a box of {_numbers(boxes)}: its corners must be finite "
            "numbers."
        )
    if (sides < 0).any():
        raise RedactionError(
            f"Cannot cover a box of {_numbers(boxes)}: its right end must not be left "
            "of its left end, nor its lower end above its upper one."
        )
    return sides


def _shapes(
    size: tuple[int, int], parts: Sequence[tuple[int, int, npt.NDArray[np.bool_]]]
) -> InstanceMasks:
    if not parts:
        return InstanceMasks(size, _NO_CORNERS, ())
    corners = np.asarray([part[:2] for part in parts], np.int64).reshape(-1, 2)
    return InstanceMasks(size, corners, tuple(part for _, _, part in parts))


def _numbers(rows: npt.NDArray[np.float64]) -> str:
    """Return the first of some rows that is no good, or the first, as text."""
    is_bad = ~np.isfinite(rows).all(axis=1)
    if rows.shape[1] == 4:
        is_bad |= (rows[:, 2:] < rows[:, :2]).any(axis=1)
    row = rows[int(np.argmax(is_bad))] if len(rows) else rows.reshape(-1)
    return ", ".join(f"{value:.6g}" for value in row) or "no numbers"
