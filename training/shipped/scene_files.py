"""Data sets of generated scenes on disk, as YOLO has them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ...files import refuse_filled
from ...runtime.scenes import HARD, SHAPES, Difficulty, render_scene


def write_scenes(
    folder: str | Path,
    counts: dict[str, int],
    size: tuple[int, int],
    *,
    seed: int,
    count: tuple[int, int] = (1, 6),
    radius: tuple[float, float] = (0.05, 0.2),
    difficulty: Difficulty = HARD,
    force: bool = False,
) -> Path:
    """Write PNG scenes and a text with boxes beside each, part by part.

    Args:
        folder: Folder to write: ``images/train/00000.png``,
            ``labels/train/00000.txt``, ``data.yaml``.
        counts: Part -> number of scenes, such as ``{"train": 4000, "val": 500}``.
        size: Width and height of the pictures in pixels.
        seed: Same seed, same scenes; no scene is in two parts.
        count: Fewest and most shapes.
        radius: Smallest and largest radius as parts of the shorter side.
        difficulty: Turn, contrast, background and noise.
        force: Write into a folder that holds something; an earlier set's scenes are
            removed.

    Returns:
        The folder.

    Raises:
        OutputExistsError: The folder is not empty and ``force`` is not set.
    """
    folder = Path(folder)
    refuse_filled(folder, force=force)
    sides = np.array([*size, *size], np.float64)
    for number, (part, total) in enumerate(counts.items()):
        images, labels = folder / "images" / part, folder / "labels" / part
        for place, ending in ((images, "png"), (labels, "txt")):
            place.mkdir(parents=True, exist_ok=True)
            for old in place.glob(f"[0-9][0-9][0-9][0-9][0-9].{ending}"):
                old.unlink()
        rng = np.random.default_rng([seed, 7, number])
        for i in range(total):
            image, boxes, class_ids = render_scene(
                rng, size, count=count, radius=radius, difficulty=difficulty
            )
            _, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            (images / f"{i:05d}.png").write_bytes(data.tobytes())
            shares = boxes / sides
            middles, spans = (
                (shares[:, :2] + shares[:, 2:]) / 2,
                shares[:, 2:] - shares[:, :2],
            )
            lines = [
                f"{class_id} {x:.6f} {y:.6f} {wide:.6f} {high:.6f}\n"
                for class_id, (x, y), (wide, high) in zip(
                    class_ids.tolist(), middles.tolist(), spans.tolist(), strict=True
                )
            ]
            (labels / f"{i:05d}.txt").write_text("".join(lines))
    names = "".join(f"  {i}: {name}\n" for i, name in enumerate(SHAPES))
    parts = "".join(f"{part}: images/{part}\n" for part in counts)
    (folder / "data.yaml").write_text(f"path: .\n{parts}names:\n{names}")
    return folder
