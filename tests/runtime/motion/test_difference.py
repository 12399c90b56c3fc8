"""Two pictures: what is noise, what is motion, and what adds up."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from edgevision.runtime.motion import Difference


def scene(height: int = 480, width: int = 640, seed: int = 0) -> np.ndarray:
    """Return a picture with soft shapes, uint8 (H, W, 3)."""
    import cv2

    small = np.random.default_rng(seed).integers(30, 220, (9, 12, 3), np.uint8)
    return np.asarray(cv2.resize(small, (width, height)), np.uint8)


@functools.cache
def _noise(seed: int) -> np.ndarray:
    """Return noise of one step, float32 (1280, 2048, 3)."""
    shape = (1280, 2048, 3)
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def noisy(picture: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """Return a picture with the noise of a camera."""
    height, width = picture.shape[:2]
    # Two arrays at many offsets: drawing new ones takes most of the test's time.
    top, left = (37 * seed) % 199, (53 * seed) % 127
    noise = _noise(seed % 2)[top : top + height, left : left + width]
    return (picture + sigma * noise).round().clip(0, 255).astype(np.uint8)


def with_box(picture: np.ndarray, share: float, contrast: int, at: float) -> np.ndarray:
    """Return a picture with a square of a share of it, brighter or darker."""
    height, width = picture.shape[:2]
    side = max(1, round((share * height * width) ** 0.5))
    x, y = round(at * (width - side)), round(0.37 * (height - side))
    box = picture.astype(np.int16)
    box[y : y + side, x : x + side] += contrast
    return box.clip(0, 255).astype(np.uint8)


def test_the_first_picture_differs_and_the_same_again_does_not() -> None:
    difference = Difference()
    assert difference.differs(scene())
    assert not difference.differs(scene())


@pytest.mark.parametrize("sigma", [0.0, 2.0, 6.0])
@pytest.mark.parametrize("size", [(120, 160), (480, 640), (1080, 1920), (640, 360)])
def test_noise_of_a_camera_is_no_motion(sigma: float, size: tuple[int, int]) -> None:
    difference, still = Difference(), scene(*size)
    assert difference.differs(noisy(still, sigma, 0))
    looked = [difference.differs(noisy(still, sigma, seed)) for seed in range(1, 13)]
    assert not any(looked)


def test_much_noise_is_looked_at_in_small_pictures_only() -> None:
    # Each sample of a large picture is a mean; of a small one it is a pixel.
    looks = {}
    for size in ((120, 160), (480, 640)):
        difference, still = Difference(), scene(*size)
        difference.differs(noisy(still, 12.0, 0))
        looks[size] = sum(
            difference.differs(noisy(still, 12.0, n)) for n in range(1, 9)
        )
    assert looks == {(120, 160): 8, (480, 640): 0}


@pytest.mark.parametrize("sigma", [0.0, 3.0, 6.0])
@pytest.mark.parametrize("share", [0.001, 0.02, 0.2])
@pytest.mark.parametrize("at", [0.0, 0.31, 0.77, 1.0])
def test_a_box_that_comes_or_goes_is_motion(
    sigma: float, share: float, at: float
) -> None:
    difference, still = Difference(), scene()
    difference.differs(noisy(still, sigma, 0))
    for seed in range(1, 6):
        difference.differs(noisy(still, sigma, seed))
    assert difference.differs(noisy(with_box(still, share, 60, at), sigma, 7))
    assert difference.differs(noisy(still, sigma, 8))


def test_a_coloured_box_as_bright_as_its_ground_is_motion() -> None:
    still = np.full((480, 640, 3), 100, np.uint8)
    other = still.copy()
    other[200:260, 300:360] = (40, 100, 160)
    difference = Difference()
    difference.differs(still)
    assert difference.differs(other)


def test_another_scene_differs_even_as_the_second_picture() -> None:
    difference = Difference()
    difference.differs(scene(seed=1))
    assert difference.differs(scene(seed=2))


def test_slow_change_adds_up() -> None:
    difference, still = Difference(), np.full((480, 640, 3), 100, np.uint8)
    difference.differs(still)
    steps = [difference.differs(still + np.uint8(step)) for step in range(1, 40)]
    assert 5 <= sum(steps) <= 20
    first = steps.index(True)
    assert first <= 6


def test_a_picture_of_another_size_differs() -> None:
    difference = Difference()
    difference.differs(scene(480, 640))
    assert difference.differs(scene(240, 320))
    assert not difference.differs(scene(240, 320))


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (500, 2), (119, 161)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    difference = Difference()
    black, white = np.zeros((*size, 3), np.uint8), np.full((*size, 3), 255, np.uint8)
    assert difference.differs(black)
    assert not difference.differs(black)
    assert difference.differs(white)
