"""Boxes move with the pixels: bright rectangles on black are found where boxes say."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.detection.augmentation import (
    BoxAugmentation,
    augmented,
    flipped,
    mosaic,
    moved,
    recolored,
)
from edgevision.training.detection.pictures import DetectorPicturesInMemory, Sample
from hypothesis import given
from hypothesis import strategies as st

WIDTH, HEIGHT = 96, 64


def rectangle(rng, channel=0):
    """Return a picture with one bright rectangle in one channel, and its box."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    x1, y1 = int(rng.integers(0, 60)), int(rng.integers(0, 36))
    x2, y2 = x1 + int(rng.integers(8, 36)), y1 + int(rng.integers(8, 28))
    image[y1:y2, x1:x2, channel] = 255
    box = np.array([[x1, y1, x2, y2]], np.float32)
    return Sample(image, box, np.array([channel]))


def seen(image, channel):
    """Return the half-open box of what is bright in a channel, by the half covered."""
    others = np.delete(image, channel, axis=2).max(axis=2)
    bright = (image[..., channel] > 127) & (others < 60)
    ys, xs = np.nonzero(bright)
    if not len(ys):
        return None
    return np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])


def check(sample, tolerance):
    for box, class_id in zip(sample.boxes, sample.class_ids, strict=True):
        found = seen(sample.image, int(class_id))
        assert found is not None
        np.testing.assert_allclose(box, found, atol=tolerance)


@given(seed=st.integers(0, 10_000), axis=st.sampled_from([0, 1]))
def test_mirrored_boxes_are_exact(seed, axis):
    sample = rectangle(np.random.default_rng(seed))
    once = flipped(sample, axis=axis)
    check(once, 0)
    twice = flipped(once, axis=axis)
    np.testing.assert_array_equal(twice.image, sample.image)
    np.testing.assert_array_equal(twice.boxes, sample.boxes)


@given(
    seed=st.integers(0, 10_000),
    ratio=st.floats(0.6, 1.6),
    x=st.floats(-20, 20),
    y=st.floats(-20, 20),
)
def test_moved_boxes_lie_where_the_pixels_do(seed, ratio, x, y):
    sample = rectangle(np.random.default_rng(seed))
    found = moved(sample, ratio=ratio, shift=(x, y))
    check(found, 1.0)
    assert len(found.boxes) + len(found.ignored) <= 1


def test_moved_boxes_are_not_shifted_on_average():
    shifts = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found = moved(
            rectangle(rng),
            ratio=float(rng.uniform(0.7, 1.4)),
            shift=tuple(rng.uniform(-4, 4, 2)),
        )
        inside = (
            len(found.boxes)
            and found.boxes.min() > 1
            and (found.boxes[0, 2:] < [WIDTH - 1, HEIGHT - 1]).all()
        )
        if inside:
            where = seen(found.image, 0)
            shifts.append((where - found.boxes[0]).reshape(2, 2).mean(axis=0))
    assert len(shifts) > 50
    assert np.abs(np.mean(shifts, axis=0)).max() < 0.1


@given(seed=st.integers(0, 10_000))
def test_a_mosaic_s_boxes_lie_where_its_pixels_do(seed):
    rng = np.random.default_rng(seed)
    # Three channels tell three pictures apart; the fourth is black.
    black = Sample(
        np.zeros((HEIGHT, WIDTH, 3), np.uint8),
        np.empty((0, 4), np.float32),
        np.empty(0, np.int64),
    )
    four = [rectangle(rng, channel) for channel in range(3)] + [black]
    found = mosaic(four, rng, BoxAugmentation(least_visible=0.5))
    check(found, 0)
    assert len(found.boxes) + len(found.ignored) <= 3
    # What is visible at all has a box, or one that is ignored.
    shown = sum(seen(found.image, channel) is not None for channel in range(3))
    assert shown == len(found.boxes) + len(found.ignored)


def test_a_box_of_which_little_is_left_is_ignored():
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    sample = Sample(image, np.array([[0, 0, 20, 20]], np.float32), np.array([0]))
    found = moved(sample, ratio=1.0, shift=(-17.0, 0.0), least_visible=0.3)
    assert len(found.boxes) == 0
    np.testing.assert_allclose(found.ignored, [[0, 0, 3, 20]])
    gone = moved(sample, ratio=1.0, shift=(-30.0, 0.0))
    assert len(gone.boxes) == len(gone.ignored) == 0


@given(seed=st.integers(0, 10_000), amount=st.floats(0, 0.5))
def test_other_colours_leave_boxes_alone(seed, amount):
    rng = np.random.default_rng(seed)
    sample = rectangle(rng)
    found = recolored(sample, rng, amount)
    assert found.boxes is sample.boxes
    assert found.image.dtype == np.uint8
    if amount == 0:
        np.testing.assert_array_equal(found.image, sample.image)


@given(seed=st.integers(0, 1000))
def test_all_together_depend_on_the_generator_alone(seed):
    rng = np.random.default_rng(seed)
    pictures = DetectorPicturesInMemory([rectangle(rng, i % 3) for i in range(6)])
    before = [pictures.sample(i).image.copy() for i in range(6)]
    how = BoxAugmentation(mosaic=0.5, flip_vertical=True)
    first, again = (
        augmented(pictures, 2, np.random.default_rng(seed), how) for _ in range(2)
    )
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.boxes, again.boxes)
    assert first.image.shape == (HEIGHT, WIDTH, 3)
    assert (first.boxes[:, 2:] > first.boxes[:, :2]).all()
    assert (first.boxes >= 0).all()
    assert (first.boxes <= [WIDTH, HEIGHT, WIDTH, HEIGHT]).all()
    for i, image in enumerate(before):  # nobody wrote into the pictures
        np.testing.assert_array_equal(image, pictures.sample(i).image)


def test_gray_pictures_keep_their_one_channel():
    rng = np.random.default_rng(0)
    gray = rectangle(rng)
    one = Sample(gray.image[..., :1].copy(), gray.boxes, gray.class_ids)
    how = BoxAugmentation(mosaic=1.0)
    found = augmented(DetectorPicturesInMemory([one] * 4), 0, rng, how)
    assert found.image.shape == (HEIGHT, WIDTH, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scale": (0, 1)}, "scale must be a range above 0"),
        ({"scale": (1.2, 1)}, "scale must be a range above 0"),
        ({"mosaic": 1.5}, r"mosaic must be in 0\.\.1, got 1\.5"),
        ({"shift": -0.1}, r"shift must be in 0\.\.1"),
    ],
)
def test_wrong_amounts_are_named(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        BoxAugmentation(**changes)
