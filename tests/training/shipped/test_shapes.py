"""Data sets of shapes: balanced, seeded, and the same on disk as in memory."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.image import read_image
from edgevision.runtime.scenes import SHAPES
from edgevision.training.shipped.shapes import make_crops, write_crops

from edgevision.errors import OutputExistsError


def test_classes_come_equally_often_and_the_seed_decides():
    images, class_ids = make_crops(60, 16, seed=1)
    assert images.shape == (60, 16, 16, 3)
    assert images.dtype == np.uint8
    assert (np.bincount(class_ids) == 10).all()
    assert (np.diff(class_ids) < 0).any()
    again, _ = make_crops(60, 16, seed=1)
    np.testing.assert_array_equal(images, again)
    other, _ = make_crops(60, 16, seed=2)
    assert not {image.tobytes() for image in images} & {i.tobytes() for i in other}


def test_folders_hold_the_same_pictures_and_the_folder_s_name_is_the_class(tmp_path):
    folder = write_crops(tmp_path / "set", 13, 20, seed=4)
    images, class_ids = make_crops(13, 20, seed=4)
    assert sorted(p.name for p in folder.iterdir()) == list(SHAPES)
    found = sorted(folder.rglob("*.png"), key=lambda path: path.name)
    assert len(found) == 13
    for number, path in enumerate(found):
        assert path.parent.name == SHAPES[class_ids[number]]
        np.testing.assert_array_equal(read_image(path), images[number][..., ::-1])


def test_a_folder_that_holds_something_needs_force(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(OutputExistsError, match="already holds files. Pass --force"):
        write_crops(tmp_path, 6, 16, seed=0)
    for seed in (0, 1):
        write_crops(tmp_path, 6, 16, seed=seed, force=True)
        assert len(list(tmp_path.rglob("*.png"))) == 6  # none left of another seed
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_more_pictures_than_names_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at most 10000 pictures on disk, got 10001"):
        write_crops(tmp_path, 10_001, 16, seed=0)
