"""Pictures of shapes, drawn from a seed, with exact truth.

One shape fills a *crop* (for classifiers); several move through a *scene* (for video
and detectors). Every picture is a pure function of its seed and time, so that a test, a
training set and a demonstration on a board see the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..geometry import Boxes, Points
from ..results import ClassIds

SUBPIXELS: Final = 4  # a shape's edge is drawn this many times finer, then averaged


def _ring(radii: npt.ArrayLike, count: int) -> Points:
    """Return (count, 2) points around the origin whose radii repeat in turn."""
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
_OUTLINES: Final[dict[str, Points]] = {
    "circle": _ring([1.0], 64),
    "cross": _cross(),
    "heart": _heart(),
    "square": _ring([1.0], 4),
    "star": _ring([1.0, 0.4], 10),
    "triangle": _ring([1.0], 3),
}
SHAPES: Final[tuple[str, ...]] = tuple(_OUTLINES)


@dataclass(frozen=True)
class Difficulty:
    """Say how hard pictures are to recognise.

    Attributes:
        rotation: Largest turn either way from upright, in radians.
        radius: Smallest and largest radius of a crop's shape, as parts of its side.
        contrast: Least distance of the shape's colour from both colours of the
            background: Euclidean, in BGR levels (black to white is 442).
        gradient: The background runs from one colour to another; else it is plain.
        noise: Largest standard deviation of the pixel noise, in levels; a crop draws
            its own, a scene has half of it.
    """

    rotation: float = math.pi
    radius: tuple[float, float] = (0.28, 0.46)
    contrast: float = 90.0
    gradient: bool = True
    noise: float = 12.0


HARD: Final = Difficulty()
EASY: Final = Difficulty(
    rotation=0.25, radius=(0.3, 0.46), contrast=150.0, gradient=False, noise=6.0
)


def _place(class_id: int, center: npt.ArrayLike, radius: float, angle: float) -> Points:
    """Return a shape's outline, float32 (N, 2) x, y in pixels."""
    cos, sin = math.cos(angle) * radius, math.sin(angle) * radius
    turn = np.array([[cos, sin], [-sin, cos]])
    outline = _OUTLINES[SHAPES[class_id]]
    return np.asarray(outline @ turn + np.asarray(center), np.float32)


def _paint(image: Image, outline: Points, color: npt.NDArray[np.float32]) -> None:
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


def _extent(outline: Points, width: int, height: int) -> npt.NDArray[np.float32]:
    """Return an outline's box as xyxy, cut at the picture's edges."""
    box = np.concatenate([outline.min(axis=0), outline.max(axis=0)])
    return np.asarray(np.clip(box, 0, [width, height, width, height]), np.float32)


def _color(
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


def _background(
    rng: np.random.Generator, width: int, height: int, *, gradient: bool
) -> tuple[Image, npt.NDArray[np.float32]]:
    """Return a picture without shapes, and its (2, 3) two end colours."""
    ends = rng.uniform(0, 255, (2, 3)).astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    if not gradient:
        ends[1] = ends[0]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32) * math.cos(angle)
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32) * math.sin(angle)
    reach = abs(math.cos(angle)) + abs(math.sin(angle))
    ramp = ((x + y[:, np.newaxis]) / reach + 0.5)[:, :, np.newaxis]
    return (ends[0] + (ends[1] - ends[0]) * ramp).astype(np.uint8), ends


def _add_noise(image: Image, noise: npt.NDArray[np.int16]) -> Image:
    """Return a picture with noise added, cut at 0 and 255."""
    return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)


def _noise(
    rng: np.random.Generator, shape: tuple[int, ...], deviation: float
) -> npt.NDArray[np.int16]:
    """Draw Gaussian noise of a standard deviation in levels."""
    values = rng.standard_normal(shape, np.float32) * np.float32(deviation)
    return np.asarray(np.rint(values), np.int16)


def _check_class(class_id: int) -> None:
    if not 0 <= class_id < len(SHAPES):
        raise ValueError(
            f"class_id must be 0..{len(SHAPES) - 1} ({', '.join(SHAPES)}), "
            f"got {class_id}."
        )


def render_crop(
    rng: np.random.Generator,
    class_id: int,
    size: int,
    *,
    difficulty: Difficulty = HARD,
) -> Image:
    """Draw one shape that lies wholly inside a square picture.

    Args:
        rng: Where turn, size, place, colours and noise come from; it moves on.
        class_id: Position in ``SHAPES``.
        size: Side of the picture in pixels, at least 8.
        difficulty: How hard the picture is.

    Returns:
        uint8 (size, size, 3), BGR.

    Raises:
        ValueError: There is no such class, or the size is below 8.
    """
    _check_class(class_id)
    if size < 8:
        raise ValueError(f"size must be at least 8 pixels, got {size}.")
    image, ends = _background(rng, size, size, gradient=difficulty.gradient)
    radius = rng.uniform(*difficulty.radius) * size
    angle = rng.uniform(-difficulty.rotation, difficulty.rotation)
    center = rng.uniform(radius, size - radius, 2)
    color = _color(rng, ends, difficulty.contrast)
    _paint(image, _place(class_id, center, radius, angle), color)
    deviation = rng.uniform(0, difficulty.noise)
    return _add_noise(image, _noise(rng, image.shape, deviation))


@dataclass(frozen=True)
class _Actor:
    """Hold one shape and its way: linear, thrown back at the walls of its room."""

    class_id: int
    radius: float
    color: npt.NDArray[np.float32]
    angle: float
    spin: float
    room: npt.NDArray[np.float64]  # x0, y0, width, height that its centre can reach
    start: npt.NDArray[np.float64]
    speed: npt.NDArray[np.float64]

    def outline(self, seconds: float) -> Points:
        """Return the shape's outline at a time."""
        span = np.maximum(self.room[2:], 1e-6)
        phase = np.mod(self.start + self.speed * seconds, 2 * span)
        center = self.room[:2] + np.minimum(phase, 2 * span - phase)
        angle = self.angle + self.spin * seconds
        return _place(self.class_id, center, self.radius, angle)


class Scene:
    """Shapes that move, turn and bounce, with the truth of every moment.

    Unless ``overlap`` is set each shape keeps to a room of its own, so every box of the
    truth is wholly visible. Any moment can be drawn at any time, in any order, at the
    same cost and without memory of the others.

    Args:
        seed: Same seed, same pictures.
        size: Side of a square picture, or its width and height, in pixels.
        count: How many shapes; one fills the picture as a crop's shape does.
        radius: Smallest and largest radius as parts of the shorter side; default for
            one shape the difficulty's, else 0.05 to 0.2. A small room may ask for less.
        period: Seconds after which other shapes on another background come; None keeps
            the first for ever.
        overlap: Shapes roam the whole picture and may cover each other (later ones lie
            on top); the boxes of covered shapes stay in the truth.
        difficulty: Turn, contrast, background and noise.

    Raises:
        ValueError: The size is below 8, or count or period is not positive.
    """

    def __init__(
        self,
        seed: int = 0,
        size: int | tuple[int, int] = (640, 480),
        count: int = 5,
        *,
        radius: tuple[float, float] | None = None,
        period: float | None = None,
        overlap: bool = False,
        difficulty: Difficulty = HARD,
    ) -> None:
        self.width, self.height = (size, size) if isinstance(size, int) else size
        if min(self.width, self.height) < 8:
            raise ValueError(
                f"a scene must be at least 8x8, got {self.width}x{self.height}."
            )
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}.")
        if period is not None and period <= 0:
            raise ValueError(f"period must be positive seconds, got {period}.")
        self.seed, self.count = seed, count
        self.period, self.overlap, self.difficulty = period, overlap, difficulty
        self.radius = radius or (difficulty.radius if count == 1 else (0.05, 0.2))
        rng = np.random.default_rng([abs(seed), 1])
        # One tile, cut at another place for each frame: drawing fresh noise would cost
        # more than all the rest.
        self._tile = _noise(
            rng, (self.height + 16, self.width + 16, 3), difficulty.noise / 2
        )
        self._act = -1
        self._actors: list[_Actor] = []
        self._stage: Image = np.zeros((0, 0, 3), np.uint8)
        self._enter(0)

    def _enter(self, act: int) -> None:
        """Set the stage for an act: its background and its shapes."""
        if act == self._act:
            return
        rng = np.random.default_rng([abs(self.seed), 2, act])
        self._stage, ends = _background(
            rng, self.width, self.height, gradient=self.difficulty.gradient
        )
        columns = math.ceil(math.sqrt(self.count * self.width / self.height))
        columns = min(max(columns, 1), self.count)
        rows = math.ceil(self.count / columns)
        if self.overlap:
            columns = rows = 1
        cell = np.array([self.width / columns, self.height / rows])
        cells = rng.permutation(columns * rows)
        side = min(self.width, self.height)
        self._actors = []
        for number in range(self.count):
            low, high = (min(part * side, cell.min() / 2) for part in self.radius)
            reach = rng.uniform(low, high)
            row, column = divmod(int(cells[number % len(cells)]), columns)
            span = cell - 2 * reach
            corner = np.array([column, row]) * cell + reach
            pace = rng.uniform(0.05, 0.35, 2) * side * rng.choice([-1, 1], 2)
            turn = self.difficulty.rotation
            self._actors.append(
                _Actor(
                    class_id=int(rng.integers(len(SHAPES))),
                    radius=float(reach),
                    color=_color(rng, ends, self.difficulty.contrast),
                    angle=float(rng.uniform(-turn, turn)),
                    spin=float(rng.uniform(-1.5, 1.5)) if turn >= math.pi else 0.0,
                    room=np.concatenate([corner, span]),
                    start=rng.uniform(0, 2, 2) * span,
                    speed=pace,
                )
            )
        self._act = act

    def frame(self, t: float) -> tuple[Image, Boxes, ClassIds]:
        """Draw the scene at ``t`` seconds, 0 or later.

        Returns:
            A fresh picture, uint8 (H, W, 3) BGR; the boxes, float32 (count, 4) xyxy in
            pixels; and the class of each, int64 (count,).

        Raises:
            ValueError: The time is negative.
        """
        if t < 0:
            raise ValueError(f"t must be 0 or more seconds, got {t}.")
        act, seconds = 0, t
        if self.period is not None:
            act = math.floor(t / self.period)
            seconds = t - act * self.period
        self._enter(act)
        image = self._stage.copy()
        outlines = [actor.outline(seconds) for actor in self._actors]
        for actor, outline in zip(self._actors, outlines, strict=True):
            _paint(image, outline, actor.color)
        tick = round(t * 1e6) * 2654435761  # scatters neighbouring moments
        x, y = (tick >> 8) % 17, (tick >> 16) % 17
        tile = self._tile[y : y + self.height, x : x + self.width]
        boxes = np.stack([_extent(each, self.width, self.height) for each in outlines])
        class_ids = np.array([actor.class_id for actor in self._actors], np.int64)
        return _add_noise(image, tile), boxes, class_ids
