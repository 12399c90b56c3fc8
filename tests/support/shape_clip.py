"""Videos of shapes whose way is known, for the detector that EdgeVision brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from edgevision.runtime.scenes.outlines import SHAPES, paint, place

FPS = 10
SIZE = (320, 240)


@dataclass(frozen=True)
class Walk:
    """A shape that walks through the picture.

    Attributes:
        label: Which shape.
        stops: (seconds, x, y) in the order of time, x and y as shares of the picture;
            straight between them. Before the first and after the last it is not there.
        radius: In pixels.
    """

    label: str
    stops: Sequence[tuple[float, float, float]]
    radius: float = 28.0

    def at(self, seconds: float) -> tuple[float, float] | None:
        """Return where its middle is, in shares of the picture; None: nowhere."""
        times = [stop[0] for stop in self.stops]
        if not times[0] <= seconds <= times[-1]:
            return None
        return (
            float(np.interp(seconds, times, [stop[1] for stop in self.stops])),
            float(np.interp(seconds, times, [stop[2] for stop in self.stops])),
        )


def picture(walks: Sequence[Walk], seconds: float) -> np.ndarray:
    """Return the picture of one moment: gray ground, bright shapes."""
    image = np.full((SIZE[1], SIZE[0], 3), 70, np.uint8)
    for walk in walks:
        where = walk.at(seconds)
        if where is not None:
            center = where[0] * SIZE[0], where[1] * SIZE[1]
            outline = place(SHAPES.index(walk.label), center, walk.radius, 0.0)
            paint(image, outline, np.array([60, 200, 240], np.float32))
    return image


def write_clip(path: Path, walks: Sequence[Walk], seconds: float) -> None:
    """Write a video of ten frames a second."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), FPS, SIZE)
    for index in range(round(seconds * FPS)):
        writer.write(picture(walks, index / FPS))
    writer.release()
