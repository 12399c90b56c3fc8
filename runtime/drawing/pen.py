"""Lines, dots and labels whose sizes fit a picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np

from .palette import DARK, Color, text_color

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT: Final = 21.0  # pixels of a capital letter at font scale 1
_SMALLEST_TEXT: Final = 8.0
_PANEL_LINES: Final = 8

Rectangle = tuple[int, int, int, int]


def plain_letters(text: str) -> str:
    """Return text in the letters that OpenCV's font has; others crash it."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return kept.encode("ascii", "replace").decode("ascii").replace("\n", " ")


@dataclass
class Pen:
    """Lines and letters whose widths fit a picture's size.

    Attributes:
        canvas: uint8 (H, W, 3), BGR, contiguous; drawn on in place.
        tags: The labels' places so far.
    """

    canvas: Any
    tags: list[Rectangle] = field(default_factory=list)

    def __post_init__(self) -> None:
        height, width = self.canvas.shape[:2]
        side = float(np.sqrt(height * width))
        self.size = (width, height)
        self.width = max(1, round(side / 400))
        self.radius = self.width * 2 + 1
        self.scale = max(_SMALLEST_TEXT, side / 60) / _FONT_HEIGHT
        self.stroke = max(1, round(self.scale * 1.6))
        self.pad = max(2, round(self.scale * 6))

    def rectangle(self, box: Sequence[int], color: Color) -> None:
        """Draw a box's edges."""
        first, second = (box[0], box[1]), (box[2], box[3])
        if self.size[0] >= 320:
            # A dark edge on both sides: seen on any background.
            cv2.rectangle(self.canvas, first, second, DARK, self.width + 2)
        cv2.rectangle(self.canvas, first, second, color, self.width)

    def line(self, start: Sequence[int], end: Sequence[int], color: Color) -> None:
        """Draw a line with a dark edge."""
        for shade, extra in ((DARK, 2), (color, 0)):
            cv2.line(
                self.canvas, start, end, shade, self.width + 1 + extra, cv2.LINE_AA
            )

    def dot(
        self, center: Sequence[int], color: Color, radius: int | None = None
    ) -> None:
        """Draw a dot with a dark edge; without a radius, one that fits the picture."""
        radius = self.radius if radius is None else radius
        cv2.circle(self.canvas, center, radius + 1, DARK, -1, cv2.LINE_AA)
        cv2.circle(self.canvas, center, radius, color, -1, cv2.LINE_AA)

    def place(
        self, box: Sequence[int], text: str, *, inside: bool = True
    ) -> tuple[int, int]:
        """Return a corner for a box's label: above, inside or below, in the frame.

        Args:
            box: Left, top, right, bottom in pixels.
            text: The label.
            inside: The label may lie in the box; without it only where no other place
                is free.
        """
        text = self._fitted(text)
        if not text:
            return (0, 0)
        width, height = self._extent(text)
        lefts = [
            min(max(0, x), max(0, self.size[0] - width))
            for x in (box[0], box[2] - width)
        ]
        above, below = box[1] - height, box[3] + 1
        tops = [above, box[1], box[3] - height, below] if inside else [above, below]
        tops = [top for top in tops if 0 <= top <= self.size[1] - height]
        tops.append(max(0, min(box[1], self.size[1] - height)))
        places = [
            (left, top, left + width, top + height) for left in lefts for top in tops
        ]
        # The first that covers the least of the labels that are there.
        place = min(places, key=self._covered)
        self.tags.append(place)
        return place[:2]

    def panel(
        self,
        lines: Sequence[str],
        colors: Sequence[Color],
        shares: Sequence[float | None] = (),
    ) -> None:
        """Write lines in the upper left corner, as many as fit.

        Args:
            lines: Texts; the end of one from its tab on, else from its last space on,
                stays when the line is too long.
            colors: One per line.
            shares: Per line how much of a bar under it is filled, 0..1 (what lies
                outside is cut); None means no bar. Empty means no bars.
        """
        top, left = self.pad, min(self.pad, self.size[0] // 20)
        rows = zip(lines, colors, shares or (None,) * len(lines), strict=True)
        for line, color, share in list(rows)[:_PANEL_LINES]:
            text = self._fitted(line)
            _, height = self._extent(text)
            if top + height > self.size[1] and top > self.pad:
                break
            self.write((left, top), text, color)
            top += height + 1
            if share is not None:
                top = self._bar((left, top), share, color) + 1

    def _bar(self, corner: tuple[int, int], share: float, color: Color) -> int:
        """Draw a bar and return the row below it."""
        left, top = corner
        width = min(round(self.scale * 200), self.size[0] - left)
        below = top + max(3, self.pad)
        filled = left + round(width * min(max(share, 0.0), 1.0))
        cv2.rectangle(self.canvas, corner, (left + width - 1, below - 1), DARK, -1)
        if filled > left:
            cv2.rectangle(self.canvas, corner, (filled - 1, below - 1), color, -1)
        return below

    def _extent(self, text: str) -> tuple[int, int]:
        (width, height), below = cv2.getTextSize(text, _FONT, self.scale, self.stroke)
        return width + 2 * self.pad, height + below + self.pad

    def _fitted(self, text: str) -> str:
        """Return the text, shortened until it fits the frame; empty if nothing fits.

        The label gives way first, letter by letter; where the score alone is too wide,
        the label is written without it.
        """
        text = plain_letters(text)
        label, _, score = text.rpartition("\t" if "\t" in text else " ")
        for ending in (f" {score}", ""):
            for length in range(len(label) or 1, 0, -1):
                dot = "." if length < len(label) else ""
                shown = f"{label[:length]}{dot}{ending}"
                if self._fits(shown):
                    return shown
        return ""

    def _fits(self, text: str) -> bool:
        width, height = self._extent(text)
        return bool(width <= self.size[0] and height <= self.size[1])

    def _covered(self, place: Rectangle) -> int:
        """Return how many pixels of other labels a place covers."""
        left, top, right, bottom = place
        return sum(
            max(0, min(right, other[2]) - max(left, other[0]))
            * max(0, min(bottom, other[3]) - max(top, other[1]))
            for other in self.tags
        )

    def write(self, corner: tuple[int, int], text: str, color: Color) -> None:
        """Write a line on a coloured rectangle, shortened to fit the frame."""
        text = self._fitted(text)
        if not text:
            return
        width, height = self._extent(text)
        left, top = corner
        cv2.rectangle(
            self.canvas, (left, top), (left + width - 1, top + height - 1), color, -1
        )
        (_, letters), _ = cv2.getTextSize(text, _FONT, self.scale, self.stroke)
        baseline = top + self.pad // 2 + letters
        cv2.putText(
            self.canvas,
            text,
            (left + self.pad, baseline),
            _FONT,
            self.scale,
            text_color(color),
            self.stroke,
            cv2.LINE_AA,
        )
