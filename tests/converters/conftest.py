"""A folder of pictures in three classes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest


@pytest.fixture
def folder(tmp_path, rng):
    for name in ("cat", "dog", "owl"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(6):
            picture = rng.integers(0, 256, (9, 12, 3), np.uint8)
            cv2.imwrite(str(tmp_path / "set" / name / f"{i}.png"), picture)
    (tmp_path / "set" / "notes.txt").write_text("not a picture")
    return tmp_path / "set"
