"""Faces, hands and bodies as points: lines, dots and the region that the model saw."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..results import LandmarkItem, Landmarks
from .palette import COLORS, DARK, Color
from .pen import Pen

_SEEN: Final = 0.5
_MOST_DOTS: Final = 100
"""Beyond it, points are small squares that NumPy writes at once: a circle each costs
more than a whole face's lines."""
_LINES: Final = COLORS[1]
_POINTS: Final = COLORS[3]
_REGION: Final = COLORS[7]
_SHARE_OF_THING: Final = 120
_LIMIT: Final = 1e4  # pixels: beyond it OpenCV's 16 bits for coordinates overflow

Corners = npt.NDArray[np.int32]


def draw_landmarks(canvas: Image, result: Landmarks) -> None:
    """Draw each thing's region, its lines, its points and its name."""
    pen = Pen(canvas)
    for item in result:
        region = _whole(item.region)
        cv2.polylines(canvas, [region], True, _REGION, max(1, pen.width // 2))
        points = _whole(item.points[:, :2])
        seen = (
            np.ones(len(points), bool)
            if item.point_scores is None
            else item.point_scores >= _SEEN
        )
        _draw_lines(pen, points, seen, result.skeleton, len(points) > _MOST_DOTS)
        if len(points) > _MOST_DOTS:
            _dot_squares(canvas, points[seen], _side_of(item))
        else:
            for x, y in points[seen].tolist():
                pen.dot((x, y), _POINTS)
    for item in result:
        left, top = _whole(item.region).min(axis=0).tolist()
        right, bottom = _whole(item.region).max(axis=0).tolist()
        text = f"{item.label} {item.score:.2f}"
        pen.write(pen.place((left, top, right, bottom), text), text, _LINES)


def _draw_lines(
    pen: Pen,
    points: Corners,
    seen: npt.NDArray[np.bool_],
    skeleton: tuple[tuple[int, int], ...],
    is_fine: bool,
) -> None:
    """Draw all lines with one call for each shade."""
    if not skeleton:
        return
    pairs = np.array(skeleton, np.intp)
    pairs = pairs[seen[pairs].all(axis=1)]
    lines: Any = list(points[pairs])
    if is_fine:
        cv2.polylines(pen.canvas, lines, False, _LINES, pen.width)
        return
    for color, extra in ((DARK, 2), (_LINES, 0)):
        width = pen.width + 1 + extra
        cv2.polylines(pen.canvas, lines, False, color, width, cv2.LINE_AA)


def _side_of(item: LandmarkItem) -> int:
    """Return the side of a point's square, in pixels, that fits its thing's size."""
    left, top, right, bottom = item.box
    size = max(right - left, bottom - top)
    return max(1, min(9, round(size / _SHARE_OF_THING)))


def _dot_squares(
    canvas: Image, points: Corners, side: int, color: Color = _POINTS
) -> None:
    """Write a square of pixels at each point; what lies outside is left out."""
    offsets = np.arange(side) - side // 2
    shape = (len(points), side, side)
    rows = np.broadcast_to(points[:, 1, None, None] + offsets[:, None], shape).ravel()
    columns = np.broadcast_to(points[:, 0, None, None] + offsets, shape).ravel()
    height, width = canvas.shape[:2]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    canvas[rows[inside], columns[inside]] = color


def _whole(points: npt.NDArray[np.float32]) -> Corners:
    """Return points as whole pixels that OpenCV can take."""
    return np.rint(np.nan_to_num(points)).clip(-_LIMIT, _LIMIT).astype(np.int32)
