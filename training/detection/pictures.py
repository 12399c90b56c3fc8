"""Pictures with boxes at the network's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...runtime.geometry import Boxes
from ...runtime.results import ClassIds
from ...runtime.scenes import HARD, Difficulty, render_scene

Pixels = npt.NDArray[np.uint8]

NO_BOXES: Boxes = np.empty((0, 4), np.float32)
NO_BOXES.setflags(write=False)


@dataclass(frozen=True)
class Sample:
    """A picture at the network's size, and its objects.

    Attributes:
        image: uint8 (H, W, 3), channels in the network's order.
        boxes: float32 (N, 4) xyxy in pixels of this picture, none empty.
        class_ids: int64 (N,).
        ignored: float32 (M, 4): objects that are neither right nor wrong to find.
    """

    image: Pixels
    boxes: Boxes
    class_ids: ClassIds
    ignored: Boxes = field(default_factory=lambda: NO_BOXES)


class DetectorPictures(Protocol):
    """A sequence of samples of one size."""

    def __len__(self) -> int: ...

    def sample(self, position: int) -> Sample:
        """Return one sample; nobody may write into its arrays."""
        ...


@dataclass(frozen=True)
class DetectorPicturesInMemory:
    """Samples in memory.

    Attributes:
        samples: All of one size.
    """

    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def sample(self, position: int) -> Sample:
        """Return one sample."""
        return self.samples[position]


def make_scenes(
    count: int,
    size: tuple[int, int],
    *,
    seed: int,
    radius: tuple[float, float] = (0.05, 0.2),
    difficulty: Difficulty = HARD,
) -> DetectorPicturesInMemory:
    """Draw scenes of one to six shapes, RGB.

    Args:
        count: How many.
        size: Width and height in pixels.
        seed: Same seed, same scenes; different seeds share none.
        radius: As for ``render_scene``.
        difficulty: As for ``render_scene``.
    """
    rng = np.random.default_rng([seed, 4])
    samples = []
    for _ in range(count):
        image, boxes, class_ids = render_scene(
            rng, size, radius=radius, difficulty=difficulty
        )
        rgb = np.ascontiguousarray(image[..., ::-1])
        samples.append(Sample(rgb, boxes, class_ids))
    return DetectorPicturesInMemory(samples)
