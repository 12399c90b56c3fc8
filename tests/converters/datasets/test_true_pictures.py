"""True pictures, matched with those that a model is asked."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.datasets.true_pictures import with_true_pictures

from edgevision.errors import CalibrationError


def write(folder: Path, **levels: int) -> Path:
    for name, level in levels.items():
        path = folder / f"{name.replace('__', '/')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((4, 6, 3), level, np.uint8))
    return folder


def test_names_match_whatever_the_endings_are(tmp_path):
    noisy = write(tmp_path / "noisy", a=1, b=2, c=3)
    clean = write(tmp_path / "clean", deep__b=20, a=10)
    cv2.imwrite(str(clean / "a.bmp"), np.full((4, 6, 3), 11, np.uint8))
    (clean / "a.png").unlink()
    said: list[str] = []
    images = with_true_pictures(open_images(noisy), clean, said.append)
    assert images.target(0).max() == 11
    assert images.target(1).max() == 20
    assert images.target(2) is None
    assert said[0].startswith("1 of the 3 pictures of")
    chosen = images.subset([1, 2])
    assert chosen.target(0).max() == 20
    assert chosen.target(1) is None


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"x": 1}, "holds no true picture for any of the 1"),
        ({"a": 1, "deep__a": 2}, "several true pictures called 'a'"),
    ],
)
def test_what_does_not_match_is_told(tmp_path, names, words):
    noisy = write(tmp_path / "noisy", a=1)
    clean = write(tmp_path / "clean", **names)
    with pytest.raises(CalibrationError, match=words):
        with_true_pictures(open_images(noisy), clean, lambda text: None)
    with pytest.raises(CalibrationError, match="no such folder"):
        with_true_pictures(open_images(noisy), tmp_path / "absent", lambda text: None)


def test_arrays_come_with_theirs():
    images = np.zeros((3, 4, 4, 3), np.uint8)
    targets = np.arange(3 * 8 * 8 * 3).reshape(3, 8, 8, 3) % 256
    known = from_arrays(images, targets.astype(np.float32))
    assert not known.classes
    np.testing.assert_array_equal(known.target(2, color="bgr"), targets[2])
    np.testing.assert_array_equal(known.target(2), targets[2][..., ::-1])
    assert from_arrays(images).target(0) is None
    with pytest.raises(CalibrationError, match="3 images and 2 labels"):
        from_arrays(images, targets[:2])
