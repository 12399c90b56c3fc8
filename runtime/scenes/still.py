"""Pictures of shapes, drawn from a seed, with exact truth: crops and still scenes.

One shape fills a *crop* (for classifiers); several lie in a *scene* (to train
detectors). Every picture is a pure function of its seed, so that a test, a training set
and a demonstration on a board see the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..frame import Image
from ..geometry import Boxes, Points, iou
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


@dataclass(frozen=True)
class Difficulty:
    """How hard pictures are to recognise.

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
        rng: Generator of turn, size, place, colours and noise.
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
    """Draw one white shape on black, nearly upright and near the middle.

    Args:
        rng: Generator of turn, size and place.
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

    A shape that finds no place in 20 tries is not drawn; the first always fits.

    Args:
        rng: Generator of all random choices.
        size: Width and height of the picture in pixels, each at least 8.
        count: Fewest and most shapes that are tried.
        radius: Smallest and largest radius as parts of the shorter side, at most 0.5.
        max_iou: Largest overlap of the boxes of two shapes, 0..1.
        difficulty: Turn, contrast, background and noise.

    Returns:
        uint8 (H, W, 3) BGR; the boxes, float32 (N, 4) xyxy in pixels; and the class of
        each, int64 (N,).

    Raises:
        ValueError: A size is below 8, or count or radius is not a rising range.
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
        rng: Generator of all random choices.
        size: Width and height of the picture in pixels, each at least 8.
        count: Fewest and most shapes that are tried.
        radius: Smallest and largest radius as parts of the shorter side, at most 0.5.
        max_iou: Largest overlap of the boxes of two shapes, 0..1.
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
