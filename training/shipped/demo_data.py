"""Data sets of easy shapes, drawn in seconds, to try a training with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...runtime.scenes import EASY, SHAPES
from .scene_files import write_scenes
from .scene_masks import write_masked_scenes
from .shapes import write_crops

CROP: Final = 48
SCENE: Final = (128, 96)
MASKED: Final = 96
_HELD_OUT: Final = 16


@dataclass(frozen=True)
class Drawing:
    """A kind of data set that can be drawn.

    Attributes:
        draw: Called with the folder, the number of pictures, the random seed and
            whether to replace files.
        count: The usual number of pictures.
        words: What the folder holds, in words.
    """

    draw: Callable[[Path, int, int, bool], object]
    count: int
    words: str


def _classes(folder: Path, count: int, seed: int, force: bool) -> object:
    return write_crops(folder, count, CROP, seed=seed, difficulty=EASY, force=force)


def _boxes(folder: Path, count: int, seed: int, force: bool) -> object:
    held = max(1, count // _HELD_OUT)
    return write_scenes(
        folder,
        {"train": count - held, "val": held},
        SCENE,
        seed=seed,
        count=(1, 2),
        radius=(0.22, 0.38),
        difficulty=EASY,
        force=force,
    )


def _masks(folder: Path, count: int, seed: int, force: bool) -> object:
    return write_masked_scenes(
        folder, count, MASKED, seed=seed, difficulty=EASY, force=force
    )


DRAWINGS: Final = {
    "classes": Drawing(
        _classes, 1200, f"of one shape each, {CROP}x{CROP}, a folder per class"
    ),
    "boxes": Drawing(
        _boxes,
        1600,
        f"of one or two shapes, {SCENE[0]}x{SCENE[1]}, boxes as YOLO has them",
    ),
    "masks": Drawing(
        _masks, 300, f"of several shapes, {MASKED}x{MASKED}, with a mask each"
    ),
}


def draw(
    kind: str, folder: Path, *, count: int | None, seed: int, force: bool
) -> tuple[int, str]:
    """Draw a data set into a folder.

    Args:
        kind: A name in ``DRAWINGS``.
        folder: Folder to write; made if absent.
        count: Number of pictures, at least 2 per class; None means a usual number.
        seed: Same seed, same pictures.
        force: Write into a folder that holds something.

    Returns:
        How many pictures were drawn, and what lies there, in words.

    Raises:
        OutputExistsError: The folder is not empty and ``force`` is not set.
        ValueError: The count is too small, or larger than the file names allow.
    """
    how = DRAWINGS[kind]
    pictures = how.count if count is None else count
    least = 2 * len(SHAPES)
    if not least <= pictures <= 10_000:
        raise ValueError(f"count must be {least} to 10000 pictures, got {pictures}.")
    how.draw(folder, pictures, seed, force)
    return pictures, how.words
