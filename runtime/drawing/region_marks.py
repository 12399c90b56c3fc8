"""Zones and lines with their counts, drawn on a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from ..durations import duration_text
from ..frame import Image
from ..regions import Line
from .palette import COLORS, DARK, LIGHT, Color
from .pen import Pen

if TYPE_CHECKING:
    from ..regions import RegionSnapshot, RegionState

_OCCUPIED: Final = 0.25  # weight of the colour of a zone that somebody is in


def draw_regions(canvas: Image, snapshot: RegionSnapshot) -> None:
    """Draw zones and lines with their names and counts.

    A zone is tinted while somebody is in it. An arrow shows which way across a line is
    ``in``; the line is white in the frame that reports a crossing.

    Args:
        canvas: uint8 (H, W, 3), BGR, contiguous; drawn on in place.
        snapshot: The regions at the time of the picture.
    """
    pen = Pen(canvas)
    crossed = {crossing.region for crossing in snapshot.crossings}
    shapes: list[tuple[RegionState, np.ndarray, Color]] = []
    for number, state in enumerate(snapshot.states.values()):
        points = np.rint(np.asarray(state.region.points) * pen.size).astype(np.int32)
        # Half-open: a point at the right or lower edge is the last pixel.
        points = np.minimum(points, np.asarray(pen.size, np.int32) - 1)
        shapes.append((state, points, COLORS[(number + 1) % len(COLORS)]))
        if state.stays:
            _tint(canvas, points, shapes[-1][2])
    for state, points, color in shapes:
        is_line = isinstance(state.region, Line)
        shade = LIGHT if state.region.name in crossed else color
        for tone, extra in ((DARK, 2), (shade, 0)):
            width = pen.width + 1 + extra
            cv2.polylines(canvas, [points], not is_line, tone, width, cv2.LINE_AA)
        if is_line:
            _arrow(pen, points, shade)
    for state, points, color in shapes:
        text = _text(state)
        x, y = points[points[:, 1].argmin()].tolist()
        box = (x, y - pen.width, x + 1, y + pen.width + 1)
        pen.write(pen.place(box, text, inside=False), text, color)


def _tint(canvas: Image, points: np.ndarray, color: Color) -> None:
    (left, top), (right, low) = points.min(axis=0), points.max(axis=0)
    part = canvas[top : low + 1, left : right + 1]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [points - (left, top)], 1)
    area = np.ascontiguousarray(part)
    levels = np.arange(256)[:, None] * (1 - _OCCUPIED) + np.asarray(color) * _OCCUPIED
    table = np.rint(levels).astype(np.uint8)[:, None]
    part[...] = cv2.copyTo(cv2.LUT(area, table), mask, area)


def _arrow(pen: Pen, points: np.ndarray, color: Color) -> None:
    """Draw an arrow from the middle of the longest piece to the side of ``in``."""
    steps = np.diff(points, axis=0).astype(np.float64)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    longest = int(lengths.argmax())
    if not lengths[longest]:
        return
    along = steps[longest] / lengths[longest]
    start = (points[longest] + points[longest + 1]) / 2
    end = start + 6.0 * pen.radius * np.asarray([-along[1], along[0]])
    first, last = (np.rint(point).astype(int).tolist() for point in (start, end))
    for tone, extra in ((DARK, 2), (color, 0)):
        width = pen.width + extra
        cv2.arrowedLine(
            pen.canvas, first, last, tone, width, cv2.LINE_AA, tipLength=0.35
        )


def _text(state: RegionState) -> str:
    """Return such as ``gate in 3 out 1``, ``yard 2 person`` or ``lot free 35s``."""
    name = state.region.name
    if isinstance(state.region, Line):
        ways = (sum(state.counts_in.values()), sum(state.counts_out.values()))
        return f"{name} in {ways[0]} out {ways[1]}"
    inside = [f"{count} {label}" for label, count in sorted(state.occupancy.items())]
    if inside:
        return f"{name} {', '.join(inside)}"
    return f"{name} free {duration_text(float(int(state.empty_s)))}"
