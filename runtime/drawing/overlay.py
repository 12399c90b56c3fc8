"""Draw results on a picture: boxes, classes, masks, keypoints, names.

Sizes follow the picture's, so that labels are read on 160 pixels as on 4K, and labels
stay inside the frame.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np

from ..frame import Image
from ..labels import BACKGROUND
from ..results import (
    Classifications,
    Detections,
    Embedding,
    InstanceMasks,
    Poses,
    Result,
    Segmentation,
)
from .compose import blend, paint_classes
from .palette import COLORS, DARK, Color, color_of, table, text_color

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT: Final = 21.0  # pixels of a capital letter at font scale 1
_SMALLEST_TEXT: Final = 8.0
_PANEL_LINES: Final = 8
_KEYPOINT_SCORE: Final = 0.3
_SMALLEST_AREA: Final = 0.005
_LEFT: Final = COLORS[1]
_RIGHT: Final = COLORS[0]
_MIDDLE: Final = COLORS[3]

_Rectangle = tuple[int, int, int, int]


def draw(
    image: Image, result: Result, *, in_place: bool = False, mask_alpha: float = 0.5
) -> Image:
    """Draw a result on its picture.

    Args:
        image: uint8 (H, W, 3), BGR; the frame that the result belongs to.
        result: What a decoder returned.
        in_place: Draw on ``image`` itself; else on a copy.
        mask_alpha: Weight of the colours of masks, 0..1.

    Returns:
        The picture that was drawn on. A result of an unknown kind draws nothing.
    """
    # OpenCV draws on whole rows only: a flipped or strided view goes through a copy.
    canvas = np.ascontiguousarray(image) if in_place else image.copy()
    if isinstance(result, Detections):
        draw_detections(canvas, result, mask_alpha=mask_alpha)
    elif isinstance(result, Classifications):
        lines = [f"{item.label} {item.score:.2f}" for item in result]
        _Pen(canvas).panel(lines, [color_of(i) for i in result.class_ids.tolist()])
    elif isinstance(result, Segmentation):
        draw_segmentation(canvas, result, alpha=mask_alpha)
    elif isinstance(result, Poses):
        draw_poses(canvas, result)
    elif isinstance(result, Embedding) and result.label is not None:
        _Pen(canvas).panel([f"{result.label} {result.score:.2f}"], [COLORS[0]])
    if in_place and canvas is not image:
        image[...] = canvas
        return image
    return canvas


def draw_detections(
    canvas: Image, found: Detections, *, mask_alpha: float = 0.5
) -> None:
    """Draw boxes with labels on a picture, the best on top; masks below all boxes."""
    pen = _Pen(canvas)
    if found.masks is not None:
        _tint(canvas, found, found.masks, alpha=mask_alpha)
    height, width = canvas.shape[:2]
    corners = np.rint(np.nan_to_num(found.boxes)).clip(-1e6, 1e6).astype(int)
    # Half-open: the last pixel inside is one less; an edge at the border stays seen.
    limits = [width - 1, height - 1, width - 1, height - 1]
    corners[:, 2:] -= 1
    corners = corners.clip(0, limits)
    placed: list[tuple[_Rectangle, str, Color]] = []
    for box, item in zip(corners[::-1].tolist(), list(found)[::-1], strict=True):
        color = color_of(item.class_id)
        pen.rectangle(box, color)
        placed.append((box, f"{item.label} {item.score:.2f}", color))
    # Labels over all boxes. The best chooses its place first and is written last, so
    # that where there is no room it is the one that is read.
    tags = [(pen.place(box, text), text, color) for box, text, color in placed[::-1]]
    for corner, text, color in reversed(tags):
        pen.write(corner, text, color)


def _tint(
    canvas: Image, found: Detections, masks: InstanceMasks, *, alpha: float
) -> None:
    """Tint each object in its class's colour, with an edge around it, the best last."""
    if masks.size != canvas.shape[1::-1]:
        raise ValueError(
            f"the masks belong to a frame of {masks.size[0]}x{masks.size[1]}, the "
            f"picture is {canvas.shape[1]}x{canvas.shape[0]}."
        )
    width = max(1, round(float(np.sqrt(canvas.shape[0] * canvas.shape[1])) / 800))
    for position in reversed(range(len(found))):
        part = np.ascontiguousarray(masks.parts[position])
        if not part.any():
            continue
        x, y = masks.corners[position].tolist()
        region = canvas[y : y + part.shape[0], x : x + part.shape[1]]
        color = color_of(int(found.class_ids[position]))
        mixed = blend(np.ascontiguousarray(region), color, alpha=alpha, mask=part)
        edges, _ = cv2.findContours(
            part.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        region[...] = cv2.drawContours(mixed, edges, -1, color, width)


def draw_segmentation(canvas: Image, found: Segmentation, *, alpha: float) -> None:
    """Tint a picture by class, and name the classes in a corner."""
    shown = [item for item in found if not _is_background(item.class_id, item.label)]
    chosen = {item.class_id for item in shown}
    # Whatever is not among the result's classes stays untinted as well.
    present = np.flatnonzero(np.bincount(found.mask.reshape(-1)))
    skip = tuple(i for i in present.tolist() if i not in chosen)
    paint_classes(canvas, found.mask, table(), alpha=alpha, skip=skip, in_place=True)
    named = [item for item in shown if item.area >= _SMALLEST_AREA]
    _Pen(canvas).panel(
        [f"{item.label} {item.area:.0%}" for item in named],
        [color_of(item.class_id) for item in named],
    )


def draw_poses(
    canvas: Image, found: Poses, *, keypoint_score: float = _KEYPOINT_SCORE
) -> None:
    """Draw skeletons; keypoints below a score, and lines to them, are left out."""
    pen = _Pen(canvas)
    colors = [
        _LEFT if "left" in label else _RIGHT if "right" in label else _MIDDLE
        for label in found.labels
    ]
    for pose in found:
        seen = (pose.scores >= keypoint_score) & np.isfinite(pose.keypoints).all(axis=1)
        points = np.rint(np.nan_to_num(pose.keypoints)).clip(-1e6, 1e6).astype(int)
        for first, second in found.skeleton:
            if seen[first] and seen[second]:
                color = colors[first] if colors[first] == colors[second] else _MIDDLE
                pen.line(points[first].tolist(), points[second].tolist(), color)
        for position in np.flatnonzero(seen).tolist():
            pen.dot(points[position].tolist(), colors[position])


def _is_background(class_id: int, label: str) -> bool:
    # Without labels nothing but the usual order says which class is the background.
    return label.lower() in BACKGROUND or (class_id == 0 and label == "0")


def _plain(text: str) -> str:
    """Return text in the letters that OpenCV's font has."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return kept.encode("ascii", "replace").decode("ascii").replace("\n", " ")


@dataclass
class _Pen:
    """Draw with widths and letters that fit a picture's size."""

    canvas: Any
    tags: list[_Rectangle] = field(default_factory=list)

    def __post_init__(self) -> None:
        height, width = self.canvas.shape[:2]
        side = float(np.sqrt(height * width))
        self.size = (width, height)
        self.width = max(1, round(side / 400))
        self.scale = max(_SMALLEST_TEXT, side / 60) / _FONT_HEIGHT
        self.stroke = max(1, round(self.scale * 1.6))
        self.pad = max(2, round(self.scale * 6))

    def rectangle(self, box: Sequence[int], color: Color) -> None:
        first, second = (box[0], box[1]), (box[2], box[3])
        if self.size[0] >= 320:
            # A dark edge on both sides: seen on any background.
            cv2.rectangle(self.canvas, first, second, DARK, self.width + 2)
        cv2.rectangle(self.canvas, first, second, color, self.width)

    def line(self, start: Sequence[int], end: Sequence[int], color: Color) -> None:
        for shade, extra in ((DARK, 2), (color, 0)):
            cv2.line(
                self.canvas, start, end, shade, self.width + 1 + extra, cv2.LINE_AA
            )

    def dot(self, center: Sequence[int], color: Color) -> None:
        radius = self.width * 2 + 1
        cv2.circle(self.canvas, center, radius + 1, DARK, -1, cv2.LINE_AA)
        cv2.circle(self.canvas, center, radius, color, -1, cv2.LINE_AA)

    def place(self, box: Sequence[int], text: str) -> tuple[int, int]:
        """Return a corner for a box's label: above, inside or below, in the frame."""
        text = self._fitted(text)
        if not text:
            return (0, 0)
        width, height = self._extent(text)
        lefts = [
            min(max(0, x), max(0, self.size[0] - width))
            for x in (box[0], box[2] - width)
        ]
        tops = [box[1] - height, box[1], box[3] - height, box[3] + 1]
        tops = [top for top in tops if 0 <= top <= self.size[1] - height]
        tops.append(max(0, min(box[1], self.size[1] - height)))
        places = [
            (left, top, left + width, top + height) for left in lefts for top in tops
        ]
        # The first that covers the least of the labels that are there.
        place = min(places, key=self._covered)
        self.tags.append(place)
        return place[:2]

    def panel(self, lines: Sequence[str], colors: Sequence[Color]) -> None:
        """Write lines in the upper left corner, as many as fit."""
        top = self.pad
        for line, color in list(zip(lines, colors, strict=True))[:_PANEL_LINES]:
            text = self._fitted(line)
            _, height = self._extent(text)
            if top + height > self.size[1] and top > self.pad:
                break
            self.write((min(self.pad, self.size[0] // 20), top), text, color)
            top += height + 1

    def _extent(self, text: str) -> tuple[int, int]:
        (width, height), below = cv2.getTextSize(text, _FONT, self.scale, self.stroke)
        return width + 2 * self.pad, height + below + self.pad

    def _fitted(self, text: str) -> str:
        """Return the text, cut short until it fits the frame; empty where none does.

        The label gives way first, letter by letter; where the score alone is too wide,
        the label is written without it.
        """
        text = _plain(text)
        label, _, score = text.rpartition(" ")
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

    def _covered(self, place: _Rectangle) -> int:
        """Return how many pixels of other labels a place covers."""
        left, top, right, bottom = place
        return sum(
            max(0, min(right, other[2]) - max(left, other[0]))
            * max(0, min(bottom, other[3]) - max(top, other[1]))
            for other in self.tags
        )

    def write(self, corner: tuple[int, int], text: str, color: Color) -> None:
        """Write a line on a plate of a colour, cut short to the frame."""
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
