"""The synthetic camera: the same pictures for the same seed, with their truth."""

from __future__ import annotations

import time

import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source


def test_the_same_seed_gives_the_same_pictures_and_truth():
    text = "synthetic:?size=64x48&fps=0&frames=3&seed=5"
    first, second = list(open_source(text)), list(open_source(text))
    other = list(open_source(text.replace("seed=5", "seed=6")))
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.image, two.image)
        np.testing.assert_array_equal(one.details["boxes"], two.details["boxes"])
    assert (first[0].image != other[0].image).any()
    assert first[0].image.shape == (48, 64, 3)
    assert len(first[0].details["labels"]) == len(first[0].details["boxes"]) == 3


def test_shapes_move():
    first, *_, last = open_source("synthetic:?size=64x48&fps=0&frames=20")
    assert (first.details["boxes"] != last.details["boxes"]).any()


def test_with_a_rate_it_is_live_and_keeps_to_it():
    source = open_source("synthetic:?size=64x48&fps=100&frames=20")
    assert source.live
    began = time.monotonic()
    assert [frame.index for frame in source] == list(range(20))
    assert time.monotonic() - began == pytest.approx(0.19, abs=0.15)


def test_without_a_rate_it_is_not_live():
    assert not open_source("synthetic:?fps=0").live
