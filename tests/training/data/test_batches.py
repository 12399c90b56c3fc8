"""Batches of every task depend on seed, epoch and number alone."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.fcos import Cells
from edgevision.runtime.scenes import EASY
from edgevision.training.data.batches import (
    ordered_batches,
    picture_batches,
    shuffled_batches,
)
from edgevision.training.detection.augmentation_names import parse_box_augmentation
from edgevision.training.detection.fit import boxed_batches
from edgevision.training.detection.pictures import make_scenes
from edgevision.training.segmentation.augmentation import mask_augmenter
from edgevision.training.segmentation.masked_pictures import (
    MaskedPictures,
    masked_batches,
)
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.tf


def numbers(positions, epoch, index):
    return positions, (epoch, index)


@given(
    count=st.integers(1, 40),
    size=st.integers(1, 16),
    epoch=st.integers(0, 5),
    stream=st.sampled_from([(), (6,)]),
)
def test_an_epoch_is_the_beginning_of_a_permutation(count, size, epoch, stream):
    data = shuffled_batches(count, numbers, batch_size=size, seed=3, stream=stream)
    data.set_epoch(epoch)
    drawn = [data[i] for i in range(len(data))]
    size = min(size, count)
    assert len(drawn) == count // size
    order = np.random.default_rng([3, *stream, epoch]).permutation(count)
    whole = np.concatenate([positions for positions, _ in drawn])
    np.testing.assert_array_equal(whole, order[: len(drawn) * size])
    assert [told for _, told in drawn] == [(epoch, i) for i in range(len(drawn))]


@given(count=st.integers(0, 40), size=st.integers(1, 16))
def test_batches_in_order_leave_nothing_out(count, size):
    data = ordered_batches(count, numbers, batch_size=size)
    drawn = [data[i][0].tolist() for i in range(len(data))]
    assert [i for batch in drawn for i in batch] == list(range(count))
    assert all(len(batch) == size for batch in drawn[:-1])
    assert all(drawn)


def boxed():
    return boxed_batches(
        make_scenes(12, (32, 32), seed=1, radius=(0.2, 0.4), difficulty=EASY),
        Cells.of((32, 32), (8,)),
        batch_size=4,
        seed=3,
        augmentation=parse_box_augmentation(
            "flip,flip-vertical,scale=0.3,shift=0.1,brightness=0.1,mosaic=0.5"
        ),
    )


def masked():
    rng = np.random.default_rng(0)
    data = MaskedPictures(
        rng.integers(0, 256, (12, 16, 16, 3)).astype(np.uint8),
        rng.integers(0, 2, (12, 16, 16)).astype(np.uint8),
        tuple(map(str, range(12))),
        ("a", "b"),
        {},
    )
    augment = mask_augmenter({"flip": None, "rotation": 0.1, "brightness": 0.2}, seed=3)
    return masked_batches(data, batch_size=4, seed=3, augment=augment)


def flat(batch):
    inputs, targets = batch
    targets = targets if isinstance(targets, tuple) else (targets,)
    return [np.asarray(array) for array in (inputs, *targets)]


@pytest.mark.parametrize("make", [boxed, masked])
def test_changed_pictures_are_the_same_whatever_was_drawn_before(make):
    data = make()
    data.set_epoch(2)
    first = [flat(data[i]) for i in range(len(data))]
    data.set_epoch(0)
    assert not np.array_equal(flat(data[0])[0], first[0][0])
    other = make()  # as after a kill
    other.set_epoch(2)
    for source in (data, other):
        source.set_epoch(2)
        for i in (2, 0, 1):
            for one, again in zip(first[i], flat(source[i]), strict=True):
                np.testing.assert_array_equal(one, again)


@given(count=st.integers(1, 40), size=st.integers(1, 16), epoch=st.integers(0, 5))
def test_an_epoch_draws_each_picture_at_most_once(count, size, epoch):
    pixels = np.arange(count, dtype=np.uint8).reshape(count, 1, 1, 1)
    data = picture_batches(pixels, np.arange(count), batch_size=size, seed=3)
    data.set_epoch(epoch)
    drawn = [data[i] for i in range(len(data))]
    seen = np.concatenate([x.reshape(-1) for x, _ in drawn])
    assert len(set(seen.tolist())) == len(seen) == len(data) * min(size, count)
    for x, y in drawn:
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x.reshape(-1), y)


def test_the_same_epoch_is_the_same_whatever_was_drawn_before():
    pixels = np.arange(20, dtype=np.uint8).reshape(20, 1, 1, 1)
    data = picture_batches(pixels, np.arange(20), batch_size=4, seed=3)
    data.set_epoch(2)
    first = [data[i][1].tolist() for i in range(5)]
    data.set_epoch(0)
    assert [data[i][1].tolist() for i in range(5)] != first
    data.set_epoch(2)
    assert [data[i][1].tolist() for i in (4, 3, 2, 1, 0)] == first[::-1]
