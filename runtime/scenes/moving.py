"""Shapes that move, turn and bounce, with the truth of every moment."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..geometry import Boxes, Points
from ..results import ClassIds
from .outlines import (
    SHAPES,
    add_noise,
    background,
    color_apart,
    extent,
    noise_of,
    paint,
    place,
)
from .still import HARD, Difficulty


@dataclass(frozen=True)
class _Actor:
    """One shape and its path: straight, and thrown back at the walls of its room."""

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
        seed: Random seed; the same seed gives the same pictures.
        size: Side of a square picture, or its width and height, in pixels.
        count: How many shapes; one fills the picture as a crop's shape does.
        radius: Smallest and largest radius as parts of the shorter side. The default is
            the difficulty's for one shape, else 0.05 to 0.2; a small room limits it.
        period: Seconds after which other shapes on another background come; None means
            that the first ones stay.
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
        """Choose the background and the shapes of one period."""
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
