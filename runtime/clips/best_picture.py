"""The best picture of what an event is about: sure, large, sharp and not cut off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from ..frame import Frame, Image
from ..wall_clock import iso_time
from .ring import encoded

Box = tuple[float, float, float, float]

_SIDE: Final = 96
_MUCH_BETTER: Final = 1.1
# The variance at which a picture is half as sharp as it can be: between a blurred and a
# sharp photo of _SIDE pixels (measured: about 30 and 300 and more).
_HALF_SHARP: Final = 100.0
_CUT_OFF: Final = 0.6


@dataclass(frozen=True)
class Sighting:
    """What an event is about, as one frame shows it.

    Attributes:
        score: 0..1; None where nothing gave one, such as for an empty zone.
        box: x1, y1, x2, y2 in pixels of the frame; None means the whole frame.
        label: Its class; empty without one.
        class_id: Index of the class, which chooses its colour.
    """

    score: float | None
    box: Box | None = None
    label: str = ""
    class_id: int = 0


@dataclass(frozen=True)
class BestShot:
    """The best picture so far.

    Attributes:
        time_s: Seconds on the stream's own clock.
        wall_s: Seconds since 1970 (UTC).
        sighting: What it shows.
        sharpness: See :func:`sharpness`.
        quality: See :func:`quality`.
        jpeg: The picture as a JPEG file, in full size.
    """

    time_s: float
    wall_s: float
    sighting: Sighting
    sharpness: float
    quality: float
    jpeg: bytes

    def to_dict(self) -> dict[str, Any]:
        """Return what it shows, as plain JSON types."""
        sighting = self.sighting
        box = sighting.box
        return {
            "time": iso_time(self.wall_s),
            "stream_s": round(self.time_s, 3),
            "label": sighting.label,
            "score": None if sighting.score is None else round(sighting.score, 4),
            "box": None if box is None else [round(value, 2) for value in box],
            "sharpness": round(self.sharpness, 1),
            "quality": round(self.quality, 4),
        }


def sharpness(image: Image, box: Box | None = None) -> float:
    """Return how sharp a part of a picture is: the variance of its Laplacian.

    The part is brought to 96x96 pixels before, so that large and small ones compare; of
    a large one some rows and columns are left out.
    Source of the measure: Pech-Pacheco and others, "Diatom autofocusing in brightfield
    microscopy", ICPR 2000.

    Args:
        image: uint8 (H, W, 3), BGR.
        box: The part, in pixels; None means all of it.

    Returns:
        From 0 on, in squared gray levels; 0 for an empty part.
    """
    if box is not None:
        height, width = image.shape[:2]
        x1, x2 = (int(min(max(value, 0), width)) for value in (box[0], box[2]))
        y1, y2 = (int(min(max(value, 0), height)) for value in (box[1], box[3]))
        image = image[y1:y2, x1:x2]
    if 0 in image.shape:
        return 0.0
    # A mean over all pixels of a large part would take milliseconds.
    every = max(1, min(image.shape[:2]) // (2 * _SIDE))
    image = np.ascontiguousarray(image[::every, ::every])
    small = cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    edges = cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_16S)
    return float(np.var(edges))


def quality(sighting: Sighting, size: tuple[int, int], sharp: float) -> float:
    """Return how good a picture is to recognise what an event is about, 0..1.

    The product of the score, of the side of the box as a part of the frame's (its
    square root, because twice the size is not twice as good), and of the sharpness
    against 100. A box that touches the frame's edge is probably cut off: times 0.6.

    Args:
        sighting: What the picture shows.
        size: Width and height of the picture, in pixels.
        sharp: Its sharpness.
    """
    score = 1.0 if sighting.score is None else sighting.score
    result = score * sharp / (sharp + _HALF_SHARP)
    if sighting.box is None:
        return result
    (x1, y1, x2, y2), (width, height) = sighting.box, size
    area = max(0.0, min(x2, width) - max(x1, 0)) * max(
        0.0, min(y2, height) - max(y1, 0)
    )
    result *= math.sqrt(math.sqrt(area / (width * height)))
    is_cut_off = x1 <= 1 or y1 <= 1 or x2 >= width - 1 or y2 >= height - 1
    return result * (_CUT_OFF if is_cut_off else 1.0)


class BestPicture:
    """Keeps the best picture of an event; each further one costs half a millisecond.

    A picture must be a tenth better than the one before it: each is encoded.
    """

    def __init__(self) -> None:
        self.shot: BestShot | None = None

    def look(
        self,
        frame: Frame,
        wall_s: float,
        sighting: Sighting,
        jpeg: bytes = b"",
    ) -> None:
        """Take a frame that shows what the event is about.

        Args:
            frame: The frame.
            wall_s: When it was taken, in seconds since 1970 (UTC).
            sighting: Where it is.
            jpeg: The frame's file, where there is one; empty: it is encoded here.
        """
        view, scale = frame.view
        box = sighting.box
        part = None if box is None else _divided(box, scale)
        sharp = sharpness(view, part)
        value = quality(sighting, frame.size, sharp)
        best = self.shot
        if best is not None and value <= best.quality * _MUCH_BETTER:
            return
        data = jpeg or encoded(frame.image, 95)
        self.shot = BestShot(frame.time_s, wall_s, sighting, sharp, value, data)


def _divided(box: Box, scale: int) -> Box:
    x1, y1, x2, y2 = (value / scale for value in box)
    return x1, y1, x2, y2
