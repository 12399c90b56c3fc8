"""Faces, hands and bodies as points: lines, dots and the region that the model saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..results import Landmarks
from .palette import COLORS, Color, color_of, color_of_side
from .pen import Pen
from .tint import tint_objects
from .track_marks import draw_trails, track_text

if TYPE_CHECKING:
    from ..tracking import Tracks

_SEEN: Final = 0.5
_MOST_DOTS: Final = 100
"""Beyond it, points are small squares that NumPy writes at once: a circle each costs
more than a whole face's lines."""
_LINES: Final = COLORS[1]
_POINTS: Final = COLORS[3]
_REGION: Final = (140, 140, 140)  # a gray that white walls and dark rooms show
# A dot's radius is a part of the mean distance of points, which is the thing's side
# by the square root of their number: dots of a small hand do not cover each other.
_RADIUS: Final = 1 / 6
_SMALLEST_DOT: Final = 2  # pixels of its radius; smaller ones are squares
_SQUARE: Final = 1 / 5.5
_MOST_SQUARE: Final = 5  # pixels
_FINE_LINES: Final = 200  # a line of a dense thing is this part of its side
_LIMIT: Final = 1e4  # pixels: beyond it OpenCV's 16 bits for coordinates overflow

Corners = npt.NDArray[np.int32]


def draw_landmarks(
    canvas: Image,
    result: Landmarks,
    *,
    mask_alpha: float = 0.5,
    tracks: Tracks | None = None,
) -> None:
    """Draw each thing's region, its mask, its lines, its points and its name."""
    pen = Pen(canvas)
    if tracks is not None:
        draw_trails(canvas, tracks)
    tags: list[Color] = [_LINES] * len(result)
    if result.masks is not None:
        tags = [color_of(i) for i in range(len(result))]
        tint_objects(canvas, result.masks, tags, alpha=mask_alpha)
    pairs = np.array(result.skeleton, np.intp).reshape(-1, 2)
    colors = [color_of_side(label) for label in result.labels]
    sides = set(colors) - {_POINTS}
    for item in result:
        region = _whole(item.region)
        cv2.polylines(canvas, [region], True, _REGION, max(1, pen.width // 2))
        points = _whole(item.points[:, :2])
        seen = np.ones(len(points), np.bool_)
        if item.point_scores is not None:
            seen = item.point_scores >= _SEEN
        shown = pairs[seen[pairs].all(axis=1)]
        size = int(np.ptp(points, axis=0).max(initial=0))
        distance = size / max(1.0, len(points) ** 0.5)
        radius = min(pen.radius, round(distance * _RADIUS))
        if len(points) > _MOST_DOTS or radius < _SMALLEST_DOT:
            lines: Any = list(points[shown])
            width = max(1, min(pen.width, round(size / _FINE_LINES)))
            cv2.polylines(canvas, lines, False, _LINES, width)
            side = max(1, min(_MOST_SQUARE, round(distance * _SQUARE)))
            _dot_squares(canvas, points[seen], side)
            continue
        places = points.tolist()
        for first, second in shown.tolist():
            same = colors[first] == colors[second]
            color = (colors[first] if same else _POINTS) if sides else _LINES
            pen.line(places[first], places[second], color)
        for position in np.flatnonzero(seen).tolist():
            pen.dot(places[position], colors[position], radius)
    for item, box, color in zip(result, result.boxes, tags, strict=True):
        text = track_text(item.label, item.track_id, tracks)
        text = f"{text} {item.score:.2f}"
        left, top, right, bottom = _whole(box).tolist()
        corner = pen.place((left, top, right, bottom), text, inside=False)
        pen.write(corner, text, color)


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
