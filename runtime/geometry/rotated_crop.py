"""The map between a frame and the input of a model that sees a rotated part of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .letterbox import FARTHEST, Boxes, Letterbox, Matrix, Points
from .regions import Regions


@dataclass(frozen=True)
class RotatedCrop(Letterbox):
    """A letterbox whose part of the frame may be turned, mirrored or partly outside.

    It has the methods of :class:`.Letterbox` with the same meaning, so a decoder that
    maps points and boxes by them needs to know nothing of rotation. ``crop`` and
    ``content`` cannot describe a turned part and are the whole frame and the whole
    input: what places *pixels* by them cannot use this map.

    Attributes:
        center: x and y of the region's middle, in pixels of the frame.
        size: Width and height of the region, in pixels of the frame, along its axes.
        angle: Radians, clockwise as the frame is seen.
        mirrored: Whether left and right are exchanged.
        at_corners: Whether pixels are sampled at their corners, as MediaPipe does on a
            CPU, and not at their middles; see :class:`.CornerLetterbox`.
    """

    center: tuple[float, float]
    size: tuple[float, float]
    angle: float = 0.0
    mirrored: bool = False
    at_corners: bool = False

    @classmethod
    def cut(
        cls,
        regions: Regions,
        position: int,
        source_size: tuple[int, int],
        model_size: tuple[int, int],
        *,
        at_corners: bool = False,
    ) -> RotatedCrop:
        """Return the map of one region that fills the model's input.

        Args:
            regions: In pixels of the frame.
            position: Which of them.
            source_size: Width and height of the frame.
            model_size: Width and height of the model's input.
            at_corners: Sample pixels at their corners.

        Raises:
            ValueError: A side of the region is not above 0 or not finite.
        """
        center, size = regions.centers[position], regions.sizes[position]
        angle = float(regions.angles[position])
        width, height = size.tolist()
        x, y = center.tolist()
        if not (min(width, height) > 0 and math.isfinite(x + y + width + height)):
            raise ValueError(
                f"a region must be finite and have sides above 0, got {width} x "
                f"{height} at {x}, {y}."
            )
        return cls(
            source_size,
            model_size,
            (0, 0, *source_size),
            (0, 0, *model_size),
            (x, y),
            (width, height),
            angle,
            bool(regions.mirrored[position]),
            at_corners,
        )

    @cached_property
    def to_source(self) -> Matrix:
        """Return the 2 x 3 matrix from model pixels to source pixels, float64."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        across = self.size[0] / self.model_size[0] * (-1 if self.mirrored else 1)
        down = self.size[1] / self.model_size[1]
        linear = np.asarray([[cos * across, -sin * down], [sin * across, cos * down]])
        middle = np.asarray(self.model_size, np.float64) / 2
        offset = np.asarray(self.center) - linear @ middle
        return np.concatenate([linear, offset[:, None]], axis=1)

    @cached_property
    def to_model(self) -> Matrix:
        """Return the 2 x 3 matrix from source pixels to model pixels, float64."""
        linear = np.linalg.inv(self.to_source[:, :2])
        offset = -linear @ self.to_source[:, 2]
        return np.concatenate([linear, offset[:, None]], axis=1)

    @cached_property
    def warp(self) -> Matrix:
        """Return the 2 x 3 matrix that samples the pixels; see :attr:`.Letterbox.warp`.

        The middle of a pixel is half a pixel from its index.
        """
        matrix: Matrix = self.to_source.copy()
        if self.at_corners:
            return matrix
        matrix[:, 2] += matrix[:, :2].sum(axis=1) * 0.5 - 0.5
        return matrix

    @property
    def ratio(self) -> tuple[float, float]:
        """Return model pixels per source pixel, along the region's x and y."""
        return (
            self.model_size[0] / self.size[0],
            self.model_size[1] / self.size[1],
        )

    @property
    def offset(self) -> tuple[float, float]:
        """Return where the frame's origin lies in the model's input, x and y."""
        x, y = self.to_model[:, 2].tolist()
        return x, y

    def points_to_model(self, points: npt.ArrayLike) -> Points:
        """Map (..., 2) x, y points from source pixels to model pixels, float32."""
        return _mapped(points, self.to_model)

    def points_to_source(self, points: npt.ArrayLike) -> Points:
        """Map (..., 2) x, y points from model pixels to source pixels, float32."""
        return _mapped(points, self.to_source)

    def boxes_to_model(self, boxes: npt.ArrayLike) -> Boxes:
        """Map (N, 4) xyxy boxes from source pixels to model pixels, float32.

        A box that is turned becomes the upright box around it.
        """
        return _around(self.points_to_model(_corners(boxes)))

    def boxes_to_source(self, boxes: npt.ArrayLike, *, clip: bool = True) -> Boxes:
        """Map (N, 4) xyxy boxes from model pixels to source pixels, float32.

        A box that is turned becomes the upright box around it.

        Args:
            boxes: In model pixels.
            clip: Cut the result at the frame's edges.
        """
        mapped = _around(self.points_to_source(_corners(boxes)))
        if clip:
            limits = np.asarray(self.source_size * 2, np.float32)
            np.minimum(np.maximum(mapped, 0, out=mapped), limits, out=mapped)
        return mapped


def _mapped(points: npt.ArrayLike, matrix: Matrix) -> Points:
    values = np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(values.clip(-FARTHEST, FARTHEST), np.float32)


def _corners(boxes: npt.ArrayLike) -> Matrix:
    """Return the four corners of each box, float64 (N, 4, 2)."""
    values = np.asarray(boxes, np.float64).reshape(-1, 4)
    return values[:, [[0, 1], [2, 1], [2, 3], [0, 3]]]


def _around(points: Points) -> Boxes:
    """Return the upright boxes around (N, 4, 2) corners, float32 (N, 4)."""
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)
