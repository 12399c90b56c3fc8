"""Augmentation: names and amounts, pixels that stay pixels, boxes that go along."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.data.augmentation_layers import (
    AUGMENTATIONS,
    augmentation,
    chosen_augmentation,
    parse_augmentation,
)

MOVING = ("crop", "flip", "rotation")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("flip", {"flip": None}),
        (" rotation = 0.1 , flip,", {"rotation": 0.1, "flip": None}),
    ],
)
def test_names_and_amounts_are_read_in_order(text, expected):
    assert list(parse_augmentation(text).items()) == list(expected.items())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("flip,flip", "'flip' is given twice"),
        ("rotation=much", "'rotation' takes a number, got 'much'"),
    ],
)
def test_a_text_that_cannot_be_read_is_named(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_augmentation(text)


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        (None, "flip", {"flip": None}),
        (None, "none", {}),
        ("none", "flip", {}),
        ("", "flip", {}),
        ("crop=0.1", "flip", {"crop": 0.1}),
    ],
)
def test_what_was_asked_for_goes_before_the_default(text, default, expected):
    assert chosen_augmentation(text, default) == expected


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(ValueError, match=r"No augmentation 'flop'\. Did you mean 'fli"):
        augmentation({"flop": None}, seed=0)


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ({"rotation": 0.6}, "rotation must be above 0 and at most 0.5, got 0.6"),
        ({"salt-and-pepper": 0}, "salt-and-pepper must be above 0 and at most 1"),
        ({"crop": 0.95}, "crop must be above 0 and at most 0.9"),
        ({"flip": 0.5}, "flip has no amount to choose, got 0.5"),
    ],
)
def test_an_amount_out_of_range_is_refused(amounts, sentence):
    with pytest.raises(ValueError, match=sentence):
        augmentation(amounts, seed=0)


@pytest.mark.tf
@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_pixels_stay_in_range_and_rest_when_not_training(name, rng):
    pictures = rng.integers(0, 256, (8, 20, 24, 3)).astype(np.float32)
    layer = augmentation({name: None}, seed=1)
    changed = np.asarray(layer(pictures, training=True))
    assert changed.shape == pictures.shape
    assert changed.min() >= 0
    assert changed.max() <= 255
    assert (changed != pictures).any()
    np.testing.assert_array_equal(np.asarray(layer(pictures, training=False)), pictures)


@pytest.mark.tf
@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_seed_decides(name, rng):
    pictures = rng.integers(0, 256, (4, 16, 16, 3)).astype(np.float32)
    one, same, other = (
        np.asarray(augmentation({name: None}, seed=seed)(pictures, training=True))
        for seed in (1, 1, 8)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.tf
def test_salt_and_pepper_whitens_and_blackens_as_much_as_was_asked():
    gray = np.full((64, 32, 32, 3), 100, np.float32)
    layer = augmentation({"salt-and-pepper": 0.2}, seed=3)
    noisy = np.asarray(layer(gray, training=True))
    assert set(np.unique(noisy)) == {0.0, 100.0, 255.0}
    assert (noisy == noisy[..., :1]).all()  # all channels of a pixel alike
    share = (noisy[..., 0] != 100).mean(axis=(1, 2))
    assert share.max() < 0.25
    assert share.mean() == pytest.approx(0.1, abs=0.03)  # drawn from 0 to 0.2
    white, black = (noisy == 255).mean(), (noisy == 0).mean()
    assert white == pytest.approx(black, abs=0.01)


@pytest.mark.tf
@pytest.mark.parametrize("names", [*((name,) for name in MOVING), MOVING])
def test_boxes_move_with_the_pixels(names, rng):
    count, side = 24, 96
    corner = rng.integers(30, 46, (count, 2))
    boxes = np.concatenate([corner, corner + rng.integers(12, 20, (count, 2))], axis=1)
    pictures = np.zeros((count, side, side, 3), np.float32)
    for picture, (x0, y0, x1, y1) in zip(pictures, boxes, strict=True):
        picture[y0:y1, x0:x1] = 255
    layer = augmentation(dict.fromkeys(names), seed=5)
    moved = layer(
        {
            "images": pictures,
            "bounding_boxes": {
                "boxes": boxes[:, np.newaxis].astype(np.float32),
                "labels": np.zeros((count, 1), np.int32),
            },
        },
        training=True,
    )
    found = np.asarray(moved["bounding_boxes"]["boxes"])[:, 0]
    assert np.abs(found - boxes).max() > 2
    overlaps = []
    for picture, box in zip(np.asarray(moved["images"]), found, strict=True):
        ys, xs = np.nonzero(picture[..., 0] > 64)
        seen = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        low, high = np.maximum(seen[:2], box[:2]), np.minimum(seen[2:], box[2:])
        shared = np.clip(high - low, 0, None).prod()
        total = (seen[2:] - seen[:2]).prod() + (box[2:] - box[:2]).prod() - shared
        overlaps.append(shared / total)
    # The box around a turned rectangle's corners is a little larger than its pixels.
    assert np.mean(overlaps) > 0.88
