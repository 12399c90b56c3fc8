"""Batches depend on seed, epoch and number alone."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.data.picture_batches import batches
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.tf
@given(count=st.integers(1, 40), size=st.integers(1, 16), epoch=st.integers(0, 5))
def test_an_epoch_draws_each_picture_at_most_once(count, size, epoch):
    pixels = np.arange(count, dtype=np.uint8).reshape(count, 1, 1, 1)
    data = batches(pixels, np.arange(count), batch_size=size, seed=3)
    data.set_epoch(epoch)
    drawn = [data[i] for i in range(len(data))]
    seen = np.concatenate([x.reshape(-1) for x, _ in drawn])
    assert len(set(seen.tolist())) == len(seen) == len(data) * min(size, count)
    for x, y in drawn:
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x.reshape(-1), y)


@pytest.mark.tf
def test_the_same_epoch_is_the_same_whatever_was_drawn_before():
    pixels = np.arange(20, dtype=np.uint8).reshape(20, 1, 1, 1)
    data = batches(pixels, np.arange(20), batch_size=4, seed=3)
    data.set_epoch(2)
    first = [data[i][1].tolist() for i in range(5)]
    data.set_epoch(0)
    assert [data[i][1].tolist() for i in range(5)] != first
    data.set_epoch(2)
    assert [data[i][1].tolist() for i in (4, 3, 2, 1, 0)] == first[::-1]
