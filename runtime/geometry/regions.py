"""Rotated rectangles of a frame: what a second model sees of each object.

Angles are radians, clockwise as the frame is seen (x to the right, y down): a region at
0 has its top towards the top of the frame, one at pi / 2 towards the right. Start at
:class:`Regions`; ``rotated_crop.py`` maps points of one region.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .letterbox import Boxes, Points

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Regions:
    """N rotated rectangles, in pixels of a frame; they may lie partly outside it.

    Attributes:
        centers: float64 (N, 2), x and y.
        sizes: float64 (N, 2), width and height along the region's own axes.
        angles: float64 (N,), radians, clockwise as the frame is seen.
        mirrored: bool (N,); True where the region is looked at from behind, so that its
            left and right are exchanged.
    """

    centers: Doubles
    sizes: Doubles
    angles: Doubles
    mirrored: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        count = len(self.angles)
        for name, values in (("centers", self.centers), ("sizes", self.sizes)):
            if values.shape != (count, 2):
                raise ValueError(
                    f"{name} must have shape ({count}, 2), got {values.shape}."
                )
        if self.angles.shape != (count,) or self.mirrored.shape != (count,):
            raise ValueError(
                "angles and mirrored must have shape (N,), got "
                f"{self.angles.shape} and {self.mirrored.shape}."
            )

    @classmethod
    def empty(cls) -> Regions:
        """Return no region at all."""
        return cls.of(np.empty((0, 2)), np.empty((0, 2)))

    @classmethod
    def of(
        cls,
        centers: npt.ArrayLike,
        sizes: npt.ArrayLike,
        angles: npt.ArrayLike | None = None,
        mirrored: npt.ArrayLike | None = None,
    ) -> Regions:
        """Return regions of arrays or lists; upright and not mirrored by default."""
        middles = np.asarray(centers, np.float64).reshape(-1, 2)
        count = len(middles)
        return cls(
            middles,
            np.asarray(sizes, np.float64).reshape(-1, 2),
            np.zeros(count) if angles is None else np.asarray(angles, np.float64),
            np.zeros(count, np.bool_)
            if mirrored is None
            else np.asarray(mirrored, np.bool_),
        )

    @classmethod
    def from_boxes(
        cls, boxes: npt.ArrayLike, angles: npt.ArrayLike | None = None
    ) -> Regions:
        """Return a region for each box: its middle and its sides, turned by an angle.

        Args:
            boxes: (N, 4) xyxy, in pixels of the frame.
            angles: (N,) radians; None means upright.
        """
        corners = np.asarray(boxes, np.float64).reshape(-1, 2, 2)
        return cls.of(corners.mean(axis=1), corners[:, 1] - corners[:, 0], angles)

    @classmethod
    def around(cls, points: npt.ArrayLike, angles: npt.ArrayLike) -> Regions:
        """Return the smallest regions of these angles that hold all of their points.

        Args:
            points: (N, K, 2), in pixels of the frame.
            angles: (N,) radians.
        """
        places = np.asarray(points, np.float64)
        turns = np.asarray(angles, np.float64)
        own = _turned(places, -turns)
        low, high = own.min(axis=1), own.max(axis=1)
        centers = _turned(((low + high) / 2)[:, None], turns)[:, 0]
        return cls.of(centers, high - low, turns)

    def __len__(self) -> int:
        return len(self.angles)

    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | npt.NDArray[np.int64] | list[int]
    ) -> Regions:
        """Return a subset by slice, mask or positions."""
        positions = np.arange(len(self))[item]
        return Regions(
            self.centers[positions],
            self.sizes[positions],
            self.angles[positions],
            self.mirrored[positions],
        )

    @classmethod
    def joined(cls, parts: Sequence[Regions]) -> Regions:
        """Return all regions of several as one, in their order."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.centers for part in parts]),
            np.concatenate([part.sizes for part in parts]),
            np.concatenate([part.angles for part in parts]),
            np.concatenate([part.mirrored for part in parts]),
        )

    def grown(
        self,
        scale: float = 1.0,
        *,
        shift: tuple[float, float] = (0.0, 0.0),
        aspect: float | None = None,
    ) -> Regions:
        """Return the regions moved, brought to an aspect ratio, then scaled.

        This is the order of MediaPipe's RectTransformationCalculator: the shift is a
        share of the sides as they were, along the region's own axes.

        Args:
            scale: Factor of both sides.
            shift: x and y, as shares of the width and the height.
            aspect: Width by height; the shorter side grows to it. None keeps the sides
                as they are; 1.0 is MediaPipe's ``square_long``.
        """
        moved = self.sizes * np.asarray(shift, np.float64)
        centers = self.centers + _turned(moved[:, None], self.angles)[:, 0]
        sizes = self.sizes
        if aspect is not None:
            wide = np.maximum(sizes[:, 0], sizes[:, 1] * aspect)
            sizes = np.stack([wide, wide / aspect], axis=1)
        return Regions(centers, sizes * scale, self.angles, self.mirrored)

    def usable(self) -> npt.NDArray[np.bool_]:
        """Return which regions are finite and have sides above 0, bool (N,)."""
        values = np.concatenate(
            [self.centers, self.sizes, self.angles[:, None]], axis=1
        )
        finite = np.isfinite(values).all(axis=1)
        return np.asarray(finite & (self.sizes > 0).all(axis=1))

    def corners(self) -> Points:
        """Return the corners as the second model sees them, in pixels of the frame.

        Returns:
            float32 (N, 4, 2): top left, top right, bottom right, bottom left.
        """
        unit = np.asarray([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        side = np.where(self.mirrored, -1.0, 1.0)[:, None]
        offsets = unit * (self.sizes * np.concatenate([side, side**2], 1))[:, None]
        corners = _turned(offsets, self.angles) + self.centers[:, None]
        return np.asarray(corners, np.float32)

    def boxes(self) -> Boxes:
        """Return the upright boxes around the regions, float32 (N, 4) xyxy."""
        corners = self.corners()
        return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def turn_to(
    starts: npt.ArrayLike, ends: npt.ArrayLike, *, target: float = 0.0
) -> Doubles:
    """Return by which angles regions must turn so that a direction comes to rest.

    The direction from start to end is seen at ``target`` inside of the region, in
    degrees as in school: 0 is to the right, 90 is up. (The rule of MediaPipe's
    DetectionsToRectsCalculator.)

    Args:
        starts: (N, 2) points of the frame.
        ends: (N, 2) points of the frame.
        target: Degrees.

    Returns:
        float64 (N,), radians, -pi..pi.
    """
    step = np.asarray(ends, np.float64) - np.asarray(starts, np.float64)
    angles = math.radians(target) - np.arctan2(-step[..., 1], step[..., 0])
    full = 2 * math.pi
    return np.asarray(angles - full * np.floor((angles + math.pi) / full), np.float64)


def _turned(points: Doubles, angles: Doubles) -> Doubles:
    """Return (N, K, 2) points turned clockwise around the origin by (N,) angles."""
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = points[..., 0], points[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)
