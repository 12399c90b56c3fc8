"""The ways of tracks, and how a label names its track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from ..frame import Image
from .palette import DARK, color_of
from .pen import Pen

if TYPE_CHECKING:
    from ..tracking import Tracks

_SHOWN_S: Final = 0.5
"""The way of what is not seen is drawn for so long: behind a post it goes on."""
_LIMIT: Final = 1e4  # pixels: beyond it OpenCV's 16 bits for coordinates overflow


def draw_trails(canvas: Image, tracks: Tracks) -> None:
    """Draw where each object was: a line of its bottom middle points, and a dot.

    Args:
        canvas: uint8 (H, W, 3), BGR, contiguous; drawn on in place.
        tracks: Of the same frame.
    """
    pen = Pen(canvas)
    colors = [color_of(i) for i in tracks.class_ids.tolist()]
    shown = tracks.time_s - tracks.seen_s <= _SHOWN_S
    for position in np.flatnonzero(shown).tolist():
        points = np.rint(tracks.trail(position)).clip(-_LIMIT, _LIMIT).astype(np.int32)
        if len(points) > 1:
            for shade, extra in ((DARK, 2), (colors[position], 0)):
                width = pen.width + extra
                cv2.polylines(canvas, [points], False, shade, width, cv2.LINE_AA)
        if len(points):
            pen.dot(points[-1].tolist(), colors[position], pen.width + 1)


def track_text(label: str, track_id: int, tracks: Tracks | None) -> str:
    """Return a label with the number of its track, and its age.

    Args:
        label: What the object is.
        track_id: -1: it is not, or not yet, a track.
        tracks: Of the same frame; None means that no age is known.

    Returns:
        Such as ``person #7 12s``; the label alone without a track.
    """
    if track_id < 0:
        return label
    text = f"{label} #{track_id}".lstrip()
    if tracks is None:
        return text
    place = int(np.searchsorted(tracks.ids, track_id))
    if place >= len(tracks) or tracks.ids[place] != track_id:
        return text
    return f"{text} {_short(tracks.time_s - float(tracks.since_s[place]))}"


def _short(seconds: float) -> str:
    """Return an age in the largest whole unit that fits: ``12s``, ``3m``, ``2h``."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"
