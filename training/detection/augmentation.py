"""Random changes of pictures with boxes: mirrored, moved, recoloured, combined.

Plain NumPy and OpenCV on single pictures, because the boxes' targets are computed from
what comes out, and Keras' own RandomCrop moves boxes along the wrong axis.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ...runtime.geometry import Boxes, area
from .pictures import NO_BOXES, DetectorPictures, Sample

_FILL = 114


@dataclass(frozen=True)
class BoxAugmentation:
    """How much a picture may change.

    Attributes:
        flip: Half of the pictures are mirrored, left to right.
        flip_vertical: Half of them upside down as well.
        scale: Smallest and largest factor of size; (1, 1) leaves it.
        shift: Largest move either way, as a part of the sides.
        color: Largest gain or loss of a channel, as a part of its value, and of
            brightness, as a part of the full range.
        mosaic: Share of the pictures that are put together of four.
        least_visible: A box of which less than this share stays in the picture becomes
            one that is ignored, 0..1.
    """

    flip: bool = True
    flip_vertical: bool = False
    scale: tuple[float, float] = (0.7, 1.3)
    shift: float = 0.1
    color: float = 0.15
    mosaic: float = 0.0
    least_visible: float = 0.3

    def __post_init__(self) -> None:
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale must be a range above 0, got {self.scale}.")
        for name in ("shift", "color", "mosaic", "least_visible"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in 0..1, got {getattr(self, name)}.")


NONE = BoxAugmentation(flip=False, scale=(1.0, 1.0), shift=0.0, color=0.0)
"""Leaves pictures as they are."""

FLIPS = BoxAugmentation(scale=(1.0, 1.0), shift=0.0, color=0.0)
"""Mirrors half of the pictures, and nothing else."""


def augmented(
    pictures: DetectorPictures,
    position: int,
    rng: np.random.Generator,
    how: BoxAugmentation,
) -> Sample:
    """Return another version of one picture.

    Args:
        pictures: The pictures; a mosaic takes three others of them.
        position: Position of the picture.
        rng: Decides; it moves on.
        how: How much may change.
    """
    sample = pictures.sample(position)
    if how.mosaic and rng.random() < how.mosaic:
        others = rng.integers(len(pictures), size=3).tolist()
        sample = mosaic([sample, *(pictures.sample(i) for i in others)], rng, how)
    if how.flip and rng.random() < 0.5:
        sample = flipped(sample)
    if how.flip_vertical and rng.random() < 0.5:
        sample = flipped(sample, axis=0)
    if how.scale != (1.0, 1.0) or how.shift:
        sample = _moved_at_random(sample, rng, how)
    if how.color:
        sample = recolored(sample, rng, how.color)
    return sample


def flipped(sample: Sample, *, axis: int = 1) -> Sample:
    """Return a picture mirrored along an axis: 1 left to right, 0 upside down."""
    side = sample.image.shape[axis]
    low, high = (0, 2) if axis == 1 else (1, 3)

    def turn(boxes: Boxes) -> Boxes:
        turned = np.array(boxes, np.float32)
        turned[:, low], turned[:, high] = side - boxes[:, high], side - boxes[:, low]
        return turned

    image = np.ascontiguousarray(np.flip(sample.image, axis))
    return Sample(image, turn(sample.boxes), sample.class_ids, turn(sample.ignored))


def moved(
    sample: Sample,
    *,
    ratio: float,
    shift: tuple[float, float],
    least_visible: float = 0.3,
) -> Sample:
    """Return a picture enlarged about its middle, then moved; the rest is gray.

    Args:
        sample: The picture.
        ratio: Factor of size.
        shift: Pixels to the right and down.
        least_visible: See :class:`BoxAugmentation`.
    """
    height, width = sample.image.shape[:2]
    size = np.array([width, height], np.float64)
    offset = size / 2 * (1 - ratio) + np.asarray(shift)
    # OpenCV's coordinates are pixel centres, half a pixel inside the pixel's square.
    inner = offset + 0.5 * ratio - 0.5
    matrix = np.array([[ratio, 0, inner[0]], [0, ratio, inner[1]]])
    image = cv2.warpAffine(
        sample.image,
        matrix,
        (width, height),
        flags=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(_FILL,) * 3,
    )

    def move(boxes: Boxes) -> Boxes:
        pairs = boxes.reshape(-1, 2, 2) * ratio + offset
        return np.asarray(pairs.reshape(-1, 4), np.float32)

    changed = Sample(
        np.asarray(image, np.uint8).reshape(sample.image.shape),
        move(sample.boxes),
        sample.class_ids,
        move(sample.ignored),
    )
    return _clipped(changed, least_visible)


def recolored(sample: Sample, rng: np.random.Generator, amount: float) -> Sample:
    """Return a picture with other channel gains and another brightness."""
    gains = rng.uniform(1 - amount, 1 + amount, sample.image.shape[2])
    lift = rng.uniform(-amount, amount) * 255
    levels = np.arange(256)[:, np.newaxis] * gains + lift
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    image = cv2.LUT(sample.image, table[np.newaxis])
    return Sample(
        np.asarray(image, np.uint8).reshape(sample.image.shape),
        sample.boxes,
        sample.class_ids,
        sample.ignored,
    )


def mosaic(
    four: list[Sample], rng: np.random.Generator, how: BoxAugmentation
) -> Sample:
    """Return a picture of four, each cut where they meet.

    The pictures keep their scale; the point at which they meet lies in the middle half.
    """
    height, width = four[0].image.shape[:2]
    meet_x = int(rng.integers(width // 4, width - width // 4 + 1))
    meet_y = int(rng.integers(height // 4, height - height // 4 + 1))
    canvas = np.empty_like(four[0].image)
    parts: list[Sample] = []
    for i, sample in enumerate(four):
        x0, x1 = (0, meet_x) if i % 2 == 0 else (meet_x, width)
        y0, y1 = (0, meet_y) if i < 2 else (meet_y, height)
        from_x = int(rng.integers(0, width - (x1 - x0) + 1))
        from_y = int(rng.integers(0, height - (y1 - y0) + 1))
        canvas[y0:y1, x0:x1] = sample.image[
            from_y : from_y + y1 - y0, from_x : from_x + x1 - x0
        ]
        shift = np.array([x0 - from_x, y0 - from_y] * 2, np.float32)
        part = Sample(
            canvas, sample.boxes + shift, sample.class_ids, sample.ignored + shift
        )
        parts.append(_clipped(part, how.least_visible, (x0, y0, x1, y1)))
    return Sample(
        canvas,
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.class_ids for part in parts]),
        np.concatenate([part.ignored for part in parts]),
    )


def _moved_at_random(
    sample: Sample, rng: np.random.Generator, how: BoxAugmentation
) -> Sample:
    height, width = sample.image.shape[:2]
    ratio = float(rng.uniform(*how.scale))
    # A larger picture has more to show than its middle.
    room = how.shift + max(0.0, ratio - 1) / 2
    shift = rng.uniform(-room, room, 2) * (width, height)
    return moved(
        sample,
        ratio=ratio,
        shift=(float(shift[0]), float(shift[1])),
        least_visible=how.least_visible,
    )


def _clipped(
    sample: Sample,
    least_visible: float,
    window: tuple[int, int, int, int] | None = None,
) -> Sample:
    """Cut boxes at a window's edges; those with too little left are to be ignored."""
    height, width = sample.image.shape[:2]
    x0, y0, x1, y1 = window or (0, 0, width, height)
    edges = np.array([x0, y0, x0, y0]), np.array([x1, y1, x1, y1])
    boxes = np.clip(sample.boxes, *edges).astype(np.float32)
    left, whole = area(boxes), area(sample.boxes)
    sides = (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=np.inf)
    seen = left > 0
    kept = seen & (left >= least_visible * whole) & (sides >= 1)
    ignored = np.clip(sample.ignored, *edges).astype(np.float32)
    ignored = ignored[area(ignored) > 0]
    cut = boxes[seen & ~kept]
    return Sample(
        sample.image,
        boxes[kept],
        sample.class_ids[kept],
        np.concatenate([ignored, cut]) if len(ignored) or len(cut) else NO_BOXES,
    )


def table_of(how: BoxAugmentation) -> dict[str, npt.ArrayLike]:
    """Return the amounts by name, as plain JSON types."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(how).items()
    }
