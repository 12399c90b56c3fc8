"""Outlines of shapes, and the brushes that draw them with a known box.

Everything here is a pure function of its arguments and of the random generator;
``still.py`` and ``moving.py`` put shapes into pictures.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..geometry import Points

SUBPIXELS: Final = 4  # a shape's edge is drawn this many times finer, then averaged


def _ring(radii: npt.ArrayLike, count: int) -> Points:
    """Return (count, 2) points around the origin, whose radii take turns."""
    angles = np.arange(count) * (2 * math.pi / count)
    radius = np.resize(np.asarray(radii, np.float64), count)
    points = np.stack([np.sin(angles), -np.cos(angles)], axis=1) * radius[:, np.newaxis]
    return np.asarray(points, np.float32)


def _cross() -> Points:
    """Return a plus sign whose arms are two fifths as wide as it is."""
    arm, half = 1.0, 0.4
    corner = np.array([[half, -arm], [half, -half], [arm, -half]])
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])  # a quarter turn, row vectors
    quarters = [corner @ np.linalg.matrix_power(turn, i) for i in range(4)]
    points = np.concatenate(quarters)
    return np.asarray(points / np.linalg.norm(points, axis=1).max(), np.float32)


def _heart() -> Points:
    """Return a heart, its tip down."""
    angles = np.linspace(0, 2 * math.pi, 64, endpoint=False)
    x = 16 * np.sin(angles) ** 3
    y = -(
        13 * np.cos(angles)
        - 5 * np.cos(2 * angles)
        - 2 * np.cos(3 * angles)
        - np.cos(4 * angles)
    )
    points = np.stack([x, y], axis=1)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    return np.asarray(points / np.linalg.norm(points, axis=1).max(), np.float32)


# In alphabetical order, which is the order that class folders have on disk.
OUTLINES: Final[dict[str, Points]] = {
    "circle": _ring([1.0], 64),
    "cross": _cross(),
    "heart": _heart(),
    "square": _ring([1.0], 4),
    "star": _ring([1.0, 0.4], 10),
    "triangle": _ring([1.0], 3),
}
SHAPES: Final[tuple[str, ...]] = tuple(OUTLINES)


def place(class_id: int, center: npt.ArrayLike, radius: float, angle: float) -> Points:
    """Return a shape's outline, float32 (N, 2) x, y in pixels."""
    cos, sin = math.cos(angle) * radius, math.sin(angle) * radius
    turn = np.array([[cos, sin], [-sin, cos]])
    outline = OUTLINES[SHAPES[class_id]]
    return np.asarray(outline @ turn + np.asarray(center), np.float32)


def paint(image: Image, outline: Points, color: npt.NDArray[np.float32]) -> None:
    """Fill an outline in place; a pixel takes the share of it that is covered."""
    height, width = image.shape[:2]
    left, top = np.maximum(np.floor(outline.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int)
    right, bottom = min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        return
    fine = ((bottom - top) * SUBPIXELS, (right - left) * SUBPIXELS)
    mask = np.zeros(fine, np.uint8)
    # Pixel i covers i to i + 1, and OpenCV's integer coordinates are pixel centres. Its
    # fill also strokes the outline, half a fine pixel to either side.
    corners = (outline - (left, top)) * SUBPIXELS - 0.5
    cv2.fillPoly(mask, [np.rint(corners * 16).astype(np.int32)], 255, shift=4)
    part = image[top:bottom, left:right]
    sides = (right - left, bottom - top)
    cover = cv2.resize(mask, sides, interpolation=cv2.INTER_AREA)
    share = cover[:, :, np.newaxis].astype(np.float32) / 255
    part[:] = np.rint(part + (color - part) * share)


def extent(outline: Points, width: int, height: int) -> npt.NDArray[np.float32]:
    """Return an outline's box as xyxy, cut at the picture's edges."""
    box = np.concatenate([outline.min(axis=0), outline.max(axis=0)])
    return np.asarray(np.clip(box, 0, [width, height, width, height]), np.float32)


def color_apart(
    rng: np.random.Generator, others: npt.NDArray[np.float32], contrast: float
) -> npt.NDArray[np.float32]:
    """Draw a BGR colour at least ``contrast`` away from (N, 3) others.

    Where none of 32 candidates is that far, the farthest one is taken.
    """
    candidates = rng.uniform(0, 255, (32, 3)).astype(np.float32)
    gaps = np.linalg.norm(candidates[:, np.newaxis] - others, axis=2).min(axis=1)
    enough = gaps >= contrast
    chosen = np.argmax(enough) if enough.any() else np.argmax(gaps)
    return np.asarray(candidates[chosen], np.float32)


def background(
    rng: np.random.Generator, width: int, height: int, *, gradient: bool
) -> tuple[Image, npt.NDArray[np.float32]]:
    """Return a picture without shapes, and its two end colours (2, 3)."""
    ends = rng.uniform(0, 255, (2, 3)).astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    if not gradient:
        ends[1] = ends[0]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32) * math.cos(angle)
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32) * math.sin(angle)
    reach = abs(math.cos(angle)) + abs(math.sin(angle))
    ramp = ((x + y[:, np.newaxis]) / reach + 0.5)[:, :, np.newaxis]
    return (ends[0] + (ends[1] - ends[0]) * ramp).astype(np.uint8), ends


def add_noise(image: Image, noise: npt.NDArray[np.int16]) -> Image:
    """Return a picture with noise added, limited to 0..255."""
    return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)


def noise_of(
    rng: np.random.Generator, shape: tuple[int, ...], deviation: float
) -> npt.NDArray[np.int16]:
    """Draw Gaussian noise of a standard deviation in levels."""
    values = rng.standard_normal(shape, np.float32) * np.float32(deviation)
    return np.asarray(np.rint(values), np.int16)
