"""Folders of pictures that are classes."""

from __future__ import annotations

import cv2
import numpy as np
from edgevision.converters.datasets.open_set import open_images


def test_folders_inside_class_folders_are_classes_with_ancestors(tmp_path):
    for name in ("animal/bird/parrot", "animal/cat", "vehicle/car"):
        (tmp_path / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / name / "a.png"), np.zeros((4, 4, 3), np.uint8))
    found = open_images(tmp_path)
    assert found.class_names == (
        "animal > bird > parrot",
        "animal > cat",
        "vehicle > car",
    )
    assert found.classes == (0, 1, 2)


def test_folders_of_one_name_inside_class_folders_mean_nothing(tmp_path):
    for name in ("cat/images", "dog/images", "dog/more"):
        (tmp_path / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / name / "a.png"), np.zeros((4, 4, 3), np.uint8))
    found = open_images(tmp_path)
    assert found.class_names == ("cat", "dog")
    assert found.classes == (0, 1, 1)
