"""Pictures that calibrate: drawn, read, damaged, of one colour."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.samples.calibration import damage, read, readable, split
from edgevision.converters.samples.pixel_values import pinned

from edgevision.card import InputCard
from edgevision.errors import CalibrationError


def test_split_keeps_a_fifth_apart_and_never_overlaps(folder):
    images = open_images(folder)
    drawn, rest = split(images, count=100, seed=0, verify=True)
    assert (len(drawn), len(rest)) == (14, 4)
    assert not set(drawn) & set(rest)
    assert split(images, count=100, seed=0, verify=False) == (
        images.draw(18, seed=0),
        [],
    )


def test_constant_and_damaged_pictures_are_left_out_and_named(folder):
    card = InputCard(width=8, height=8)
    whole = read(open_images(folder), card)
    cv2.imwrite(str(folder / "cat" / "black.png"), np.zeros((9, 9, 3), np.uint8))
    found = read(open_images(folder), card)
    assert found.digests == whole.digests
    np.testing.assert_array_equal(found.pixels, whole.pixels)
    assert "1 calibration images are left out" in found.warnings[-1]
    assert "black.png (0)" in found.warnings[-1]
    (folder / "cat" / "black.png").write_bytes(b"no picture")
    images = open_images(folder)
    found = read(images, card)
    assert found.digests == whole.digests
    assert [images.items[i].name for i in found.damaged] == ["black.png"]
    text = damage(images, len(images), found.damaged)
    assert "1 of 19 calibration images cannot be read and are left out" in text
    assert "black.png" in text


def test_a_set_of_nothing_but_one_colour_is_refused():
    zeros = from_arrays(np.zeros((5, 4, 4, 3), np.uint8))
    with pytest.raises(
        CalibrationError,
        match=r"In all 5 calibration images, such as the images\[0\] \(0\)",
    ):
        read(zeros, InputCard(width=8, height=8))


def test_a_class_that_would_be_lost_is_refused(folder):
    images = open_images(folder)
    cats = [i for i, c in enumerate(images.classes) if images.class_names[c] == "cat"]
    lost = dict.fromkeys(cats, "Cannot read it.")
    with pytest.raises(CalibrationError, match="class 'cat' can be read"):
        damage(images, len(images), lost)
    # As long as others of the class were not even looked at, it is not lost.
    assert damage(images, 100, dict.fromkeys(cats[:-1][:5], "Cannot read it."))


def test_a_jpeg_that_ends_half_way_is_left_out(folder, rng):
    path = folder / "cat" / "half.jpg"
    noise = rng.integers(0, 256, (60, 80, 3), np.uint8)
    whole = cv2.imencode(".jpg", noise)[1].tobytes()
    path.write_bytes(whole[: len(whole) // 2])
    images = open_images(folder)
    found = read(images, InputCard(width=8, height=8))
    (text,) = found.damaged.values()
    assert re.search(r"half\.jpg.*ends half-way", text)
    good, damaged = readable(images)
    assert damaged == dict(found.damaged)
    assert good == list(found.kept)
    path.write_bytes(whole)
    assert len(read(open_images(folder), InputCard(width=8, height=8)).pixels) == 19


def test_few_images_and_a_single_class_are_warned_of(folder):
    images = open_images(folder)
    found = read(images.subset(range(6)), InputCard(width=8, height=8))
    assert [text.split(";")[0] for text in found.warnings] == [
        "Only 6 calibration images",
        "All calibration images show one class (cat).",
    ]
    assert found.to_dict()["count"] == 6


def test_pinning_reaches_black_and_white_and_changes_nothing_else(rng):
    pixels = rng.integers(40, 200, (3, 4, 4, 3), np.uint8)
    changed = pinned(pixels)
    assert (changed.min(), changed.max()) == (0, 255)
    assert (changed != pixels).sum() == 2
    assert pinned(changed) is changed
