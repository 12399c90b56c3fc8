"""Data sets of generated shapes: in memory for training, as class folders on disk."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ...files import refuse_filled
from ...runtime.results import ClassIds
from ...runtime.scenes import HARD, SHAPES, Difficulty, render_crop


def make_crops(
    count: int, size: int, *, seed: int, difficulty: Difficulty = HARD
) -> tuple[npt.NDArray[np.uint8], ClassIds]:
    """Draw pictures of one shape each, every class equally often, in random order.

    Args:
        count: How many; the last round of classes may be incomplete.
        size: Side in pixels.
        seed: Same seed, same pictures; different seeds share none.
        difficulty: How hard they are to recognise.

    Returns:
        Pictures, uint8 (count, size, size, 3) in RGB as Keras models take them, and the
        class of each, int64 (count,).
    """
    rng = np.random.default_rng([seed, 3])
    class_ids = np.arange(count, dtype=np.int64) % len(SHAPES)
    rng.shuffle(class_ids)
    images = np.empty((count, size, size, 3), np.uint8)
    for image, class_id in zip(images, class_ids.tolist(), strict=True):
        image[:] = render_crop(rng, class_id, size, difficulty=difficulty)[..., ::-1]
    return images, class_ids


def write_crops(
    folder: str | Path,
    count: int,
    size: int,
    *,
    seed: int,
    difficulty: Difficulty = HARD,
    force: bool = False,
) -> Path:
    """Write PNG pictures into one folder per class.

    Args:
        folder: Folder to write; ``folder/circle/0000.png`` and so on are made.
        count: How many in all, every class equally often; at most 10,000.
        size: Side in pixels.
        seed: Same seed, same pictures.
        difficulty: How hard they are to recognise.
        force: Write into a folder that already holds something; what an earlier call
            wrote there is removed, other files stay.

    Returns:
        The folder.

    Raises:
        OutputExistsError: The folder is not empty and ``force`` is not set.
        ValueError: More pictures are wanted than the names have digits for.
    """
    folder = Path(folder)
    if count > 10_000:
        raise ValueError(f"count must be at most 10000 pictures on disk, got {count}.")
    refuse_filled(folder, force=force)
    images, class_ids = make_crops(count, size, seed=seed, difficulty=difficulty)
    for label in SHAPES:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for old in (folder / label).glob("[0-9][0-9][0-9][0-9].png"):
            old.unlink()
    for number, (image, class_id) in enumerate(
        zip(images, class_ids.tolist(), strict=True)
    ):
        _, data = cv2.imencode(".png", image[..., ::-1])
        (folder / SHAPES[class_id] / f"{number:04d}.png").write_bytes(data.tobytes())
    return folder
