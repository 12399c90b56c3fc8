"""Seconds that things stood at each place of the frame, and their picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ..drawing import plain_letters
from ..durations import duration_text
from ..frame import Image

COLUMNS: Final = 96
ROWS: Final = 54
_SMOOTH: Final = 1.2  # cells
_FAINT: Final = 0.02  # of the highest value: not drawn
_STRONGEST: Final = 0.75


class HeatGrid:
    """A grid of seconds over the frame, whatever the frame's size.

    Attributes:
        seconds: float64 (54, 96): how long feet stood in each cell, all together.
    """

    def __init__(self, seconds: npt.ArrayLike | None = None) -> None:
        shape = (ROWS, COLUMNS)
        self.seconds: npt.NDArray[np.float64] = np.zeros(shape)
        if seconds is not None:
            values = np.asarray(seconds, np.float64)
            if values.shape != shape or not np.isfinite(values).all():
                raise ValueError(
                    f"seconds must be {shape} finite numbers, got {values.shape}."
                )
            self.seconds = values.clip(0.0)

    def add(self, points: npt.NDArray[np.floating], seconds: float) -> None:
        """Add time at places.

        Args:
            points: (N, 2), fractions of the frame; what lies outside counts at the
                edge.
            seconds: How long each was there.
        """
        cells = (points * (COLUMNS, ROWS)).astype(np.int64)
        cells = cells.clip(0, (COLUMNS - 1, ROWS - 1))
        np.add.at(self.seconds, (cells[:, 1], cells[:, 0]), seconds)

    def picture(self, scene: Image) -> Image:
        """Return a gray copy of a picture with the map over it, and its scale.

        Dark is short and bright is long, on a scale of square roots: where somebody
        stood for an hour, the way of all others can still be seen. The colours are
        those of "inferno", which rise evenly in brightness for every eye.

        Args:
            scene: uint8 (H, W, 3), BGR.
        """
        # In gray: colours of the scene would be taken for those of the map.
        canvas = cv2.cvtColor(
            cv2.cvtColor(scene, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR
        )
        smooth = cv2.GaussianBlur(self.seconds, (0, 0), _SMOOTH)
        highest = float(smooth.max())
        if highest > 0:
            height, width = scene.shape[:2]
            share = np.sqrt((smooth / highest).clip(0.0, 1.0)).astype(np.float32)
            share = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)
            levels = np.rint(share * 255).astype(np.uint8)
            colors = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)
            # Faint places stay as they are; from there on the map covers more.
            weight = ((share - math.sqrt(_FAINT)) * 4).clip(0.0, 1.0) * _STRONGEST
            mixed = canvas + (colors.astype(np.float32) - canvas) * weight[:, :, None]
            canvas = np.rint(mixed).clip(0, 255).astype(np.uint8)
        picture: Image = np.asarray(canvas, np.uint8)
        _scale(picture, float(self.seconds.max()))
        return picture


def _scale(canvas: Image, highest: float) -> None:
    """Draw a strip of the colours with its two ends, in the lower left corner."""
    height, width = canvas.shape[:2]
    tall, wide = max(6, height // 50), max(24, width // 5)
    if wide + 8 > width or tall * 4 > height:
        return
    strip = np.repeat(np.linspace(0, 255, wide).astype(np.uint8)[None], tall, axis=0)
    colors = cv2.applyColorMap(strip, cv2.COLORMAP_INFERNO)
    bottom, left = height - tall, max(4, width // 80)
    canvas[bottom - tall : bottom, left : left + wide] = colors
    longest = duration_text(float(round(highest)))
    words: Sequence[tuple[str, int]] = (("0s", left), (longest, left + wide + 4))
    size = max(0.45, tall / 20)
    for (text, x), y in zip(words, (bottom - tall - 4, bottom), strict=True):
        for shade, stroke in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            place = (x, y)
            cv2.putText(
                canvas,
                plain_letters(text),
                place,
                cv2.FONT_HERSHEY_SIMPLEX,
                size,
                shade,
                stroke,
                cv2.LINE_AA,
            )
