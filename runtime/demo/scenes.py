"""Pictures of shapes, drawn from a seed, with exact truth.

One shape fills a *crop* (for classifiers); several lie in a still *scene* (to train
detectors) or move through a :class:`Scene` (for video). Every picture is a pure
function of its seed and time, so that a test, a training set and a demonstration on a
board see the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..boxes import iou
from ..frame import Image
from ..geometry import Boxes, Points
from ..results import ClassIds
from .drawing import SHAPES as SHAPES  # offered here as well
from .drawing import (
    add_noise,
    background,
    color_apart,
    extent,
    noise_of,
    paint,
    place,
)


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
    image, ends = background(rng, size, size, gradient=difficulty.gradient)
    radius = rng.uniform(*difficulty.radius) * size
    angle = rng.uniform(-difficulty.rotation, difficulty.rotation)
    center = rng.uniform(radius, size - radius, 2)
    color = color_apart(rng, ends, difficulty.contrast)
    paint(image, place(class_id, center, radius, angle), color)
    deviation = rng.uniform(0, difficulty.noise)
    return add_noise(image, noise_of(rng, image.shape, deviation))


def render_silhouette(rng: np.random.Generator, class_id: int, size: int) -> Image:
    """Draw one white shape on black, upright but for a little, near the middle.

    Args:
        rng: Where turn, size and place come from; it moves on.
        class_id: Position in ``SHAPES``.
        size: Side of the picture in pixels, at least 8.

    Returns:
        uint8 (size, size).

    Raises:
        ValueError: There is no such class, or the size is below 8.
    """
    _check_class(class_id)
    if size < 8:
        raise ValueError(f"size must be at least 8 pixels, got {size}.")
    image = np.zeros((size, size, 3), np.uint8)
    radius = rng.uniform(0.34, 0.47) * size
    angle = rng.uniform(-0.2, 0.2)
    center = size / 2 + rng.uniform(-1, 1, 2) * size / 32
    paint(image, place(class_id, center, radius, angle), np.full(3, 255, np.float32))
    return np.ascontiguousarray(image[:, :, 0])


def render_scene(
    rng: np.random.Generator,
    size: tuple[int, int],
    *,
    count: tuple[int, int] = (1, 6),
    radius: tuple[float, float] = (0.05, 0.2),
    max_iou: float = 0.1,
    difficulty: Difficulty = HARD,
) -> tuple[Image, Boxes, ClassIds]:
    """Draw a still scene: several shapes that hardly cover each other.

    A shape for which no place is found in 20 tries is left out; the first always fits.

    Args:
        rng: Where everything comes from; it moves on.
        size: Width and height of the picture in pixels, each at least 8.
        count: Fewest and most shapes that are tried.
        radius: Smallest and largest radius as parts of the shorter side, at most 0.5.
        max_iou: The boxes of no two shapes overlap by more, 0..1.
        difficulty: Turn, contrast, background and noise.

    Returns:
        uint8 (H, W, 3) BGR; the boxes, float32 (N, 4) xyxy in pixels; and the class of
        each, int64 (N,).

    Raises:
        ValueError: A size is below 8, or count or radius is no rising range of that
            kind.
    """
    image, _, boxes, class_ids = _still(rng, size, count, radius, max_iou, difficulty)
    return image, boxes, class_ids


def render_masked_scene(
    rng: np.random.Generator,
    size: tuple[int, int],
    *,
    count: tuple[int, int] = (1, 4),
    radius: tuple[float, float] = (0.1, 0.25),
    max_iou: float = 0.1,
    difficulty: Difficulty = HARD,
) -> tuple[Image, npt.NDArray[np.uint8]]:
    """Draw a still scene with the class of every pixel.

    Args:
        rng: Where everything comes from; it moves on.
        size: Width and height of the picture in pixels, each at least 8.
        count: Fewest and most shapes that are tried.
        radius: Smallest and largest radius as parts of the shorter side, at most 0.5.
        max_iou: The boxes of no two shapes overlap by more, 0..1.
        difficulty: Turn, contrast, background and noise.

    Returns:
        uint8 (H, W, 3) BGR, and uint8 (H, W): 0 for the background, else 1 + the
        position in ``SHAPES`` of the shape that covers half of the pixel or more.

    Raises:
        ValueError: As for :func:`render_scene`.
    """
    image, outlines, _, class_ids = _still(
        rng, size, count, radius, max_iou, difficulty
    )
    mask = np.zeros(image.shape[:2], np.uint8)
    white = np.full(3, 255, np.float32)
    for outline, class_id in zip(outlines, class_ids.tolist(), strict=True):
        canvas = np.zeros_like(image)
        paint(canvas, outline, white)
        mask[canvas[:, :, 0] >= 128] = 1 + class_id
    return image, mask


def _still(
    rng: np.random.Generator,
    size: tuple[int, int],
    count: tuple[int, int],
    radius: tuple[float, float],
    max_iou: float,
    difficulty: Difficulty,
) -> tuple[Image, list[Points], Boxes, ClassIds]:
    width, height = size
    if min(size) < 8:
        raise ValueError(f"a scene must be at least 8x8, got {width}x{height}.")
    if not 1 <= count[0] <= count[1]:
        raise ValueError(f"count must be a range from 1 on, got {count}.")
    if not 0 < radius[0] <= radius[1] <= 0.5:
        raise ValueError(f"radius must be a range within 0..0.5, got {radius}.")
    image, ends = background(rng, width, height, gradient=difficulty.gradient)
    outlines: list[Points] = []
    boxes = np.empty((0, 4), np.float32)
    class_ids: list[int] = []
    for _ in range(int(rng.integers(count[0], count[1] + 1))):
        class_id = int(rng.integers(len(SHAPES)))
        for _attempt in range(20):
            reach = rng.uniform(*radius) * min(size)
            center = rng.uniform(reach, np.array(size) - reach)
            angle = rng.uniform(-difficulty.rotation, difficulty.rotation)
            outline = place(class_id, center, reach, angle)
            box = extent(outline, width, height)[np.newaxis]
            if not len(boxes) or iou(box, boxes).max() <= max_iou:
                outlines.append(outline)
                boxes = np.concatenate([boxes, box])
                class_ids.append(class_id)
                break
    for outline in outlines:
        paint(image, outline, color_apart(rng, ends, difficulty.contrast))
    deviation = rng.uniform(0, difficulty.noise)
    noisy = add_noise(image, noise_of(rng, image.shape, deviation))
    return noisy, outlines, boxes, np.array(class_ids, np.int64)


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
        return place(self.class_id, center, self.radius, angle)


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
        self._tile = noise_of(
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
        self._stage, ends = background(
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
                    color=color_apart(rng, ends, self.difficulty.contrast),
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
            paint(image, outline, actor.color)
        tick = round(t * 1e6) * 2654435761  # scatters neighbouring moments
        x, y = (tick >> 8) % 17, (tick >> 16) % 17
        tile = self._tile[y : y + self.height, x : x + self.width]
        boxes = np.stack([extent(each, self.width, self.height) for each in outlines])
        class_ids = np.array([actor.class_id for actor in self._actors], np.int64)
        return add_noise(image, tile), boxes, class_ids
