"""Boxes, points and the way between a frame and the model's input.

Boxes are float32 ``xyxy``, half-open, in pixels; there is no ``+ 1`` anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import shown

FARTHEST: Final = 1e9
"""No coordinate is farther away, in pixels: what is read as one is broken."""

Boxes = npt.NDArray[np.float32]
Points = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]
_Corners = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Letterbox:
    """Map between a frame and the model's input, both ways, with one rounding rule.

    One object does the resize *and* its inverse, because two that round differently
    shift boxes by up to six pixels. ``model = source * ratio + offset`` holds exactly,
    per axis, since the ratios are those of the integer sizes that are really resized.

    Attributes:
        source_size: Width and height of the frame, in pixels.
        model_size: Width and height of the model's input, in pixels.
        crop: x, y, width, height of the part of the frame that is used, in pixels.
        content: x, y, width, height that this part fills in the model's input.
    """

    source_size: tuple[int, int]
    model_size: tuple[int, int]
    crop: tuple[int, int, int, int]
    content: tuple[int, int, int, int]

    @classmethod
    def fit(
        cls,
        source_size: tuple[int, int],
        model_size: tuple[int, int],
        *,
        resize: str = "stretch",
        crop_fraction: float = 1.0,
    ) -> Letterbox:
        """Lay a frame into the model's input by one of the three rules.

        Args:
            source_size: Width and height of the frame.
            model_size: Width and height of the model's input.
            resize: ``stretch`` fills the input; ``letterbox`` keeps the aspect ratio
                and centres the picture, the odd pixel of padding at the right and
                bottom; ``center-crop`` keeps the aspect ratio and fills the input.
            crop_fraction: For center-crop, the share (by side) of the largest centred
                rectangle of the model's aspect ratio that is kept.

        Raises:
            ValueError: A size is below 1x1, or the rule is unknown.
        """
        width, height = source_size
        to_width, to_height = model_size
        if min(width, height, to_width, to_height) < 1:
            raise ValueError(
                f"sizes must be at least 1x1, got {source_size} and {model_size}."
            )
        crop = (0, 0, width, height)
        content = (0, 0, to_width, to_height)
        if resize == "letterbox":
            ratio = min(to_width / width, to_height / height)
            new_width = min(to_width, max(1, round(width * ratio)))
            new_height = min(to_height, max(1, round(height * ratio)))
            left, top = (to_width - new_width) // 2, (to_height - new_height) // 2
            content = (left, top, new_width, new_height)
        elif resize == "center-crop":
            side = min(width / to_width, height / to_height) * crop_fraction
            crop_width = min(width, max(1, round(to_width * side)))
            crop_height = min(height, max(1, round(to_height * side)))
            left, top = (width - crop_width) // 2, (height - crop_height) // 2
            crop = (left, top, crop_width, crop_height)
        elif resize != "stretch":
            raise ValueError(
                "resize must be stretch, letterbox or center-crop, got "
                f"{shown(resize)}."
            )
        return cls((width, height), (to_width, to_height), crop, content)

    def placed(self, x: int, y: int, source_size: tuple[int, int]) -> Letterbox:
        """Return the same map for a frame of which this one's frame is a part.

        Args:
            x: Where the part begins in the larger frame.
            y: The same, downwards.
            source_size: Width and height of the larger frame.
        """
        left, top, width, height = self.crop
        crop = (left + x, top + y, width, height)
        return replace(self, source_size=source_size, crop=crop)

    @property
    def reduction(self) -> int:
        """Return the largest scale of a small copy of the frame that is enough.

        One pixel for so many, each way, and the part that is used still has one and a
        half pixels for each one that it fills in the model's input: with fewer, more
        answers differ, and less is decoded only by a little. 1 means the frame itself.
        """
        sides = zip(self.crop[2:], self.content[2:], strict=True)
        return max(1, min(2 * side // (3 * filled) for side, filled in sides))

    def enlarged(self, scale: int) -> Letterbox:
        """Return the same map for a frame of which this one's frame is a small copy.

        Args:
            scale: Pixels of the large frame for one of the small one, each way.
        """
        width, height = self.source_size
        x, y, across, down = (scale * value for value in self.crop)
        size = (scale * width, scale * height)
        return replace(self, source_size=size, crop=(x, y, across, down))

    @property
    def ratio(self) -> tuple[float, float]:
        """Return model pixels per source pixel, for x and y."""
        return self.content[2] / self.crop[2], self.content[3] / self.crop[3]

    @property
    def offset(self) -> tuple[float, float]:
        """Return where the frame's origin lies in the model's input, x and y."""
        ratio_x, ratio_y = self.ratio
        return (
            self.content[0] - self.crop[0] * ratio_x,
            self.content[1] - self.crop[1] * ratio_y,
        )

    @property
    def warp(self) -> Matrix | None:
        """Return how the pixels are sampled where a resize cannot do it.

        Returns:
            None for every part whose axes are the frame's; else the 2 x 3 matrix from
            indexes of the model's pixels to those of the frame, float64, as
            ``cv2.warpAffine`` takes it with ``WARP_INVERSE_MAP``.
        """
        return None

    def points_to_model(self, points: npt.ArrayLike) -> Points:
        """Map (..., 2) x, y points from source pixels to model pixels, float32."""
        values = np.asarray(points, np.float64)
        return (values * self.ratio + self.offset).astype(np.float32)

    def points_to_source(self, points: npt.ArrayLike) -> Points:
        """Map (..., 2) x, y points from model pixels to source pixels, float32.

        What is farther away than :data:`FARTHEST` comes to lie there, so that finite
        coordinates stay finite.
        """
        values = (np.asarray(points, np.float64) - self.offset) / self.ratio
        return values.clip(-FARTHEST, FARTHEST).astype(np.float32)

    def boxes_to_model(self, boxes: npt.ArrayLike) -> Boxes:
        """Map (N, 4) xyxy boxes from source pixels to model pixels, float32."""
        pairs = np.asarray(boxes, np.float64).reshape(-1, 2, 2)
        return self.points_to_model(pairs).reshape(-1, 4)

    def boxes_to_source(self, boxes: npt.ArrayLike, *, clip: bool = True) -> Boxes:
        """Map (N, 4) xyxy boxes from model pixels to source pixels, float32.

        Args:
            boxes: In model pixels.
            clip: Cut the result at the frame's edges.
        """
        ratio, offset, size = self._both_corners
        mapped = (np.asarray(boxes, np.float64).reshape(-1, 4) - offset) / ratio
        if clip:
            np.minimum(np.maximum(mapped, 0.0, out=mapped), size, out=mapped)
        else:
            mapped.clip(-FARTHEST, FARTHEST, out=mapped)
        return mapped.astype(np.float32)

    @cached_property
    def _both_corners(self) -> tuple[_Corners, _Corners, _Corners]:
        """Return ratio, offset and size of the frame for x1, y1, x2, y2."""
        pairs = (self.ratio, self.offset, self.source_size)
        ratio, offset, size = (np.asarray(pair * 2, np.float64) for pair in pairs)
        return ratio, offset, size
