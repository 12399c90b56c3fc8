"""Faces, hands and bodies as points: lines, dots and the region that the model saw."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..results import Landmarks
from .palette import COLORS, DARK, Color, color_of
from .pen import Pen
from .tint import tint_objects

_SEEN: Final = 0.5
_MOST_DOTS: Final = 100
"""Beyond it, points are small squares that NumPy writes at once: a circle each costs
more than a whole face's lines."""
_LINES: Final = COLORS[1]
_POINTS: Final = COLORS[3]
_REGION: Final = COLORS[7]
# A face's dots are a 120th of it, and its lines a 300th.
_DOTS: Final = 120
_FINE_LINES: Final = 300
_LIMIT: Final = 1e4  # pixels: beyond it OpenCV's 16 bits for coordinates overflow

Corners = npt.NDArray[np.int32]


def draw_landmarks(
    canvas: Image, result: Landmarks, *, mask_alpha: float = 0.5
) -> None:
    """Draw each thing's region, its mask, its lines, its points and its name."""
    pen = Pen(canvas)
    if result.masks is not None:
        colors = [color_of(i) for i in range(len(result))]
        tint_objects(canvas, result.masks, colors, alpha=mask_alpha)
    pairs = np.array(result.skeleton, np.intp).reshape(-1, 2)
    for item in result:
        region = _whole(item.region)
        cv2.polylines(canvas, [region], True, _REGION, max(1, pen.width // 2))
        points = _whole(item.points[:, :2])
        seen = np.ones(len(points), np.bool_)
        if item.point_scores is not None:
            seen = item.point_scores >= _SEEN
        lines: Any = list(points[pairs[seen[pairs].all(axis=1)]])
        if len(points) > _MOST_DOTS:
            size = int(np.ptp(points, axis=0).max())
            width = max(1, min(pen.width, round(size / _FINE_LINES)))
            cv2.polylines(canvas, lines, False, _LINES, width)
            _dot_squares(canvas, points[seen], max(1, min(5, round(size / _DOTS))))
            continue
        for color, extra in ((DARK, 2), (_LINES, 0)):
            width = pen.width + 1 + extra
            cv2.polylines(canvas, lines, False, color, width, cv2.LINE_AA)
        for x, y in points[seen].tolist():
            pen.dot((x, y), _POINTS)
    for item, box in zip(result, result.boxes, strict=True):
        (left, top), (right, bottom) = _whole(box.reshape(2, 2)).tolist()
        text = f"{item.label} {item.score:.2f}"
        pen.write(pen.place((left, top, right, bottom), text), text, _LINES)


def _dot_squares(
    canvas: Image, points: Corners, side: int, color: Color = _POINTS
) -> None:
    """Write a square of pixels at each point; what lies outside is left out."""
    height, width = canvas.shape[:2]
    offsets = np.arange(side) - side // 2
    shape = (len(points), side, side)
    rows = np.broadcast_to((points[:, 1, None] + offsets)[:, :, None], shape)
    columns = np.broadcast_to((points[:, 0, None] + offsets)[:, None, :], shape)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    # A pixel as one value of three bytes: writing three values takes three times as
    # long.
    pixels = canvas.reshape(-1, 3).view("V3").reshape(-1)
    value = np.array(color, np.uint8).view("V3")[0]
    pixels[rows[inside] * width + columns[inside]] = value


def _whole(points: npt.NDArray[np.float32]) -> Corners:
    """Return points as whole pixels that OpenCV can take."""
    return np.rint(np.nan_to_num(points)).clip(-_LIMIT, _LIMIT).astype(np.int32)
