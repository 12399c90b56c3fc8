"""Scenes of shapes with masks on disk: ``images/``, ``masks/`` and ``labels.txt``."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ...files import refuse_filled
from ...runtime.scenes import HARD, SHAPES, Difficulty, render_masked_scene


def write_masked_scenes(
    folder: str | Path,
    count: int,
    size: int,
    *,
    seed: int,
    difficulty: Difficulty = HARD,
    force: bool = False,
) -> Path:
    """Write pictures of scenes and the class of every pixel as gray PNG files.

    Args:
        folder: Folder to write: ``images/00000.png``, ``masks/00000.png`` and so on.
        count: How many.
        size: Side in pixels.
        seed: Same seed, same pictures; different seeds share none.
        difficulty: How hard they are.
        force: Write into a folder that already holds something.

    Returns:
        The folder.

    Raises:
        OutputExistsError: The folder is not empty and ``force`` is not set.
    """
    folder = Path(folder)
    refuse_filled(folder, force=force)
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 6])
    for number in range(count):
        image, mask = render_masked_scene(rng, (size, size), difficulty=difficulty)
        cv2.imwrite(str(folder / "images" / f"{number:05d}.png"), image)
        cv2.imwrite(str(folder / "masks" / f"{number:05d}.png"), mask)
    labels = "\n".join(("background", *SHAPES))
    (folder / "labels.txt").write_text(f"{labels}\n", "utf-8")
    return folder
