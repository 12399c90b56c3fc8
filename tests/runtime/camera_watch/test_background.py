"""The comparison with the learned view: known shifts, light, and lasting memory."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.camera_watch.background import Background
from edgevision.runtime.camera_watch.look import Look, shared_detail
from edgevision.runtime.camera_watch.sharpness import DetailMean
from hypothesis import given, settings
from hypothesis import strategies as st

RNG = np.random.default_rng(9)
WORLD = cv2.resize(RNG.integers(20, 230, (48, 64, 3)).astype(np.uint8), (640, 480))
VIEW = WORLD[120:360, 160:480]


def _learned(picture=VIEW, count=20):
    background, look = Background(), None
    mean = DetailMean()
    for _ in range(count):
        grain = RNG.normal(0, 2, picture.shape)
        noisy = np.clip(picture + grain, 0, 255).astype(np.uint8)
        before, look = look, Look(noisy, look)
        shares = mean.add(shared_detail(look, before), look.noise, 0.5)
        background.learn(look, shares, 0.5)
    return background, look


@pytest.fixture(scope="module")
def learned():
    return _learned()


def test_the_same_view_matches(learned):
    background, look = learned
    apart = background.compare(look, None)
    assert apart.match == pytest.approx(1, abs=0.05)
    assert (apart.lost, apart.shifted) == (0, 0)
    assert apart.layout > 0.99
    assert apart.informed == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(-100, 100), st.integers(-80, 80))
def test_a_shift_of_a_tenth_or_more_is_seen_as_one(learned, x, y):
    background, _ = learned
    if max(abs(x) / 320, abs(y) / 240) < 0.1:
        return
    moved = WORLD[120 + y : 360 + y, 160 + x : 480 + x]
    apart = background.compare(Look(moved), None)
    assert apart.shifted >= 0.5 or apart.lost >= 0.55


@settings(max_examples=25, deadline=None)
@given(st.floats(0.4, 1.0), st.floats(-10, 10), st.booleans())
def test_other_light_is_the_same_view_and_so_is_its_negative(
    learned, contrast, offset, is_negative
):
    background, _ = learned
    picture = (VIEW.astype(np.float32) - 120) * contrast + 120 + offset
    if is_negative:
        picture = 255 - picture
    apart = background.compare(Look(np.clip(picture, 0, 255).astype(np.uint8)), None)
    assert apart.match > 0.75
    assert apart.lost < 0.1
    assert apart.shifted == 0


def test_a_flat_picture_has_lost_everything(learned):
    background, _ = learned
    apart = background.compare(Look(np.full_like(VIEW, 130)), None)
    assert (apart.lost, apart.flat) == (1, 1)
    assert abs(apart.layout) < 0.1


@pytest.mark.parametrize("sigma", [4, 8])
def test_a_blurred_picture_is_less_sharp_and_noise_makes_it_no_sharper(learned, sigma):
    background, _ = learned
    soft = cv2.GaussianBlur(VIEW, (0, 0), sigma)
    mean, before, shares = DetailMean(), None, None
    for _ in range(12):
        grain = RNG.normal(0, 6, soft.shape)
        look = Look(np.clip(soft + grain, 0, 255).astype(np.uint8), before)
        shares = mean.add(shared_detail(look, before), look.noise, 0.5)
        before = look
    apart = background.compare(look, shares)
    assert apart.sharpness < 0.5
    assert apart.layout > 0.9


def test_a_light_that_outshines_the_picture_dazzles_and_daylight_does_not():
    background, _ = _learned((VIEW * 0.3).astype(np.uint8))
    night = (VIEW * 0.1).astype(np.uint8)
    lamp = cv2.circle(night.copy(), (100, 100), 20, (255, 255, 255), -1)
    assert background.compare(Look(lamp), None).is_dazzled
    assert not background.compare(Look(night), None).is_dazzled
    assert not background.compare(Look(np.full_like(VIEW, 255)), None).is_dazzled


def test_what_is_written_down_is_what_is_read(learned):
    background, look = learned
    again = Background.from_arrays(background.to_arrays())
    assert again.compare(look, None) == background.compare(look, None)
    broken = background.to_arrays()
    broken["gray"] = broken["gray"][:-1]
    with pytest.raises(ValueError, match="gray is not an array of shape"):
        Background.from_arrays(broken)
    broken = background.to_arrays()
    broken["edges"] = np.full_like(broken["edges"], np.nan)
    with pytest.raises(ValueError, match="no numbers"):
        Background.from_arrays(broken)


def test_a_dark_picture_does_not_unlearn_what_it_does_not_show():
    background, look = _learned()
    dark = Look(np.full_like(VIEW, 3))
    for _ in range(2000):
        background.learn(dark, None, 0.5)
    assert background.compare(look, None).match > 0.9
