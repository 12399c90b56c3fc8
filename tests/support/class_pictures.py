"""Small pictures of one colour each, in class folders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


def write_picture(path: Path, value: int, size: tuple[int, int] = (6, 4)) -> None:
    """Write a picture of one level; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((size[1], size[0], 3), value, np.uint8))


def write_two_classes(folder: Path) -> Path:
    """Write six pictures each of the classes a and b, no two alike."""
    for i in range(6):
        write_picture(folder / "a" / f"{i}.png", i)
        write_picture(folder / "b" / f"{i}.png", 100 + i)
    return folder
