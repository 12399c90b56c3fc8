"""What is painted over an area, so that nothing can be recognised in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ..frame import Image
from .covered_areas import CoveredAreas

CELLS: Final = 2
"""Mean colours that stay of an area, along its longer side. Who has a list of 61 faces
finds the right one behind three cells in 84 of 100 pictures, behind two in 49, and by
chance in 2 (``benchmarks/redaction.py``): with two the guess is more often wrong."""
_LEAST_CELL: Final = 4  # pixels: a box of six pixels must not keep them all

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Cover:
    """How areas are covered.

    ``fill`` paints one colour. ``pixelate`` and ``blur`` keep the mean colours of at
    most ``cells`` x ``cells`` cells of an area, however large it is: as squares, or
    with soft changes between them. What is not in these means cannot be computed back,
    but few of them are enough to choose among known faces.

    Attributes:
        style: ``blur``, ``fill`` or ``pixelate``.
        cells: Cells along the longer side of an area, 1..32.
        color: B, G, R of ``fill``, 0..255.
    """

    style: str = "fill"
    cells: int = CELLS
    color: Color = (0, 0, 0)

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(
                f"style must be one of {', '.join(STYLES)}, got {self.style!r}."
            )
        if not 1 <= self.cells <= 32:
            raise ValueError(f"cells must be 1..32, got {self.cells}.")
        if len(self.color) != 3 or not all(0 <= value <= 255 for value in self.color):
            raise ValueError(f"color must be B, G, R of 0..255, got {self.color}.")

    def apply(self, image: Image, areas: CoveredAreas) -> Image:
        """Return a copy of a picture with some areas covered.

        Args:
            image: uint8 (H, W, 3).
            areas: Of a picture of this size.

        Raises:
            ValueError: The areas are of a picture of another size.
        """
        covered = np.array(image, np.uint8, order="C")
        self.apply_in_place(covered, areas)
        return covered

    def apply_in_place(self, image: Image, areas: CoveredAreas) -> None:
        """Cover areas of a picture in its own memory.

        Args:
            image: uint8 (H, W, 3), or (H, W), C order.
            areas: Of a picture of this size.

        Raises:
            ValueError: The areas are of a picture of another size.
        """
        if image.shape[1::-1] != areas.size:
            raise ValueError(
                f"the areas are of a {areas.size[0]}x{areas.size[1]} picture, got one "
                f"of {image.shape[1]}x{image.shape[0]}."
            )
        paint = STYLES[self.style]
        for left, top, right, bottom in areas.boxes.tolist():
            paint(image[top:bottom, left:right], self)
        for (x, y), shape in zip(
            areas.shapes.corners.tolist(), areas.shapes.parts, strict=True
        ):
            part = image[y : y + shape.shape[0], x : x + shape.shape[1]]
            painted = part.copy()
            paint(painted, self)
            inside = np.ascontiguousarray(shape).view(np.uint8)
            # An order of magnitude faster than an index of booleans.
            cv2.copyTo(painted, inside, part)


def _fill(part: Image, cover: Cover) -> None:
    color = cover.color if part.ndim == 3 else (sum(cover.color) // 3,)
    # One row is spread: colours of three numbers are slow to repeat.
    row = np.empty_like(part[0])
    row[:] = color
    part[:] = row


def _pixelate(part: Image, cover: Cover) -> None:
    means = _means(part, cover)
    height, width = part.shape[:2]
    rows = len(means)
    strips = cv2.resize(means, (width, rows), interpolation=cv2.INTER_NEAREST)
    for number, strip in enumerate(np.asarray(strips, np.uint8)):
        first, end = (-(-each * height // rows) for each in (number, number + 1))
        part[first:end] = strip


def _blur(part: Image, cover: Cover) -> None:
    # The means enlarged softly, and no filter of the picture: a filter keeps more than
    # the eye sees, and can be inverted.
    size = (part.shape[1], part.shape[0])
    cv2.resize(_means(part, cover), size, part, interpolation=cv2.INTER_LINEAR)


def _means(part: Image, cover: Cover) -> Image:
    """Return the mean colours of the cells of a part."""
    height, width = part.shape[:2]
    longest = max(height, width)
    count = max(min(cover.cells, longest // _LEAST_CELL), 1)
    columns, rows = (max(side * count // longest, 1) for side in (width, height))
    # Cells of whole pixels, so that a few at the ends count in no mean: with parts of
    # pixels OpenCV takes ten times as long.
    across, down = width // columns, height // rows
    whole = part[: rows * down, : columns * across]
    how = cv2.INTER_AREA
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=how), np.uint8)


STYLES: Final[dict[str, Callable[[Image, Cover], None]]] = {
    "blur": _blur,
    "fill": _fill,
    "pixelate": _pixelate,
}
"""Name -> what paints over a part of a picture, in its memory."""
