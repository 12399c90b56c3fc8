"""A few pictures are read as the device would, and damaged ones left out."""

from __future__ import annotations

import cv2
import numpy as np
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.samples.picture_sample import few_pictures

from edgevision.card import InputCard


def test_pictures_come_evenly_from_the_classes_at_the_models_size(folder):
    few = few_pictures(open_images(folder), InputCard(8, 4), 9, seed=0)
    assert few.pixels.shape == (9, 4, 8, 3)
    assert sorted(few.images.classes) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    first = cv2.imread(str(few.images.items[0]))[..., ::-1]
    expected = cv2.resize(first, (8, 4), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(few.pixels[0], expected)


def test_what_cannot_be_read_and_what_is_of_one_colour_is_left_out(folder):
    for i, path in enumerate(sorted(folder.rglob("*.png"))):
        if i % 3 == 0:
            path.write_bytes(path.read_bytes()[:40])
        elif i % 3 == 1:
            cv2.imwrite(str(path), np.full((9, 9, 3), 7, np.uint8))
    few = few_pictures(open_images(folder), InputCard(8, 4, color="gray"), 9, seed=0)
    assert few.pixels.shape == (6, 4, 8, 1)
    assert len(few.images) == 6


def test_values_that_are_no_pixels_show_nothing(tmp_path, rng):
    np.save(tmp_path / "unit.npy", rng.uniform(0, 1, (5, 8, 8, 3)).astype("float32"))
    images = open_images(tmp_path / "unit.npy")
    assert few_pictures(images, InputCard(8, 8), 4, seed=0) is None
