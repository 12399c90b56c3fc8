"""Random changes of pictures, and of their masks with them.

What moves pixels is one affine map per picture for both; what only recolours them is
left to the layers of ``augmentation.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...runtime.metrics import IGNORED
from ..data import AUGMENTATIONS, seeded
from .mask_files import ClassMap

Floats = npt.NDArray[np.float32]

MOVING: Final = {"crop": 0.2, "flip": 1.0, "rotation": 0.05}
"""Names that move pixels, with their defaults."""

_HIGHEST: Final = {"crop": 0.9, "flip": 1.0, "rotation": 0.5}


def mask_augmenter(
    amounts: Mapping[str, float | None], *, seed: int
) -> Callable[[Floats, ClassMap, int, int], tuple[Floats, ClassMap]] | None:
    """Return a function that changes a batch of pictures and masks alike.

    It is called as ``augment(pictures, masks, epoch, index)`` and gives the same for
    the same numbers. Where a picture is moved away its edge is repeated, and the mask
    says that nobody knows (255).

    Args:
        amounts: Names from ``AUGMENTATIONS``, each with its amount or None for the
            default.
        seed: Decides every draw.

    Raises:
        ValueError: A name is unknown, or an amount is out of range.
    """
    unknown = [name for name in amounts if name not in AUGMENTATIONS]
    if unknown:
        from ...errors import unknown_name

        raise ValueError(unknown_name("augmentation", unknown[0], AUGMENTATIONS))
    moves = {
        name: MOVING[name] if amounts[name] is None else float(amounts[name] or 0)
        for name in amounts
        if name in MOVING
    }
    for name, amount in moves.items():
        if not 0 < amount <= _HIGHEST[name] or (name == "flip" and amount != 1):
            raise ValueError(
                f"the amount of {name} must be above 0 and at most "
                f"{_HIGHEST[name]:g}, got {amount}."
            )
    rest = {name: amount for name, amount in amounts.items() if name not in MOVING}
    recolor = seeded(rest, seed=seed) if rest else None
    if not amounts:
        return None

    def augment(
        pictures: Floats, masks: ClassMap, epoch: int, index: int
    ) -> tuple[Floats, ClassMap]:
        rng = np.random.default_rng([seed, epoch, index, 5])
        moved, places = pictures, masks
        if moves:
            moved, places = np.empty_like(pictures), np.empty_like(masks)
            for i in range(len(pictures)):
                matrix = draw_matrix(rng, moves, pictures.shape[2], pictures.shape[1])
                moved[i], places[i] = move(pictures[i], masks[i], matrix)
        if recolor is not None:
            moved = np.asarray(recolor(moved, epoch, index), np.float32)
        return moved, places

    return augment


def draw_matrix(
    rng: np.random.Generator, moves: Mapping[str, float], width: int, height: int
) -> npt.NDArray[np.float64]:
    """Return a random affine map from a picture to its changed self, (2, 3).

    In pixels, the middle of the first one at 0, as OpenCV counts.

    Args:
        rng: Random generator; it moves on.
        moves: Amounts of crop, flip and rotation; those that are absent stay out.
        width: Width of the picture.
        height: Height of the picture.
    """
    flip = -1.0 if "flip" in moves and rng.random() < 0.5 else 1.0
    turn = rng.uniform(-1, 1) * moves.get("rotation", 0.0) * 2 * math.pi
    cut = moves.get("crop", 0.0)
    ratio = 1 / (1 - cut)
    shift = rng.uniform(-0.5, 0.5, 2) * cut * (width, height) * ratio
    cos, sin = math.cos(turn) * ratio, math.sin(turn) * ratio
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([flip, 1.0])
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    return np.column_stack([linear, middle - linear @ middle + shift])


def move(
    picture: Floats, mask: ClassMap, matrix: npt.NDArray[np.float64]
) -> tuple[Floats, ClassMap]:
    """Return a picture and its mask moved by one affine map."""
    size = (picture.shape[1], picture.shape[0])
    moved: Any = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    places: Any = cv2.warpAffine(
        mask,
        matrix,
        size,
        flags=cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=IGNORED,
    )
    return moved.reshape(picture.shape), places
