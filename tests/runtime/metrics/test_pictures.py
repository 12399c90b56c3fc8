"""PSNR and SSIM against their formulas, computed slowly, and against known values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.metrics.pictures import (
    correlation,
    decibels,
    mean_level_error,
    psnr,
    ssim,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def slow_ssim(a, b):
    """Wang's formula, window by window."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    side = min(11, *a.shape)
    side -= 1 - side % 2
    at = np.arange(side) - side // 2
    line = np.exp(-(at**2) / (2 * 1.5**2))
    window = np.outer(line, line) / line.sum() ** 2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    every = []
    for y in range(a.shape[0] - side + 1):
        for x in range(a.shape[1] - side + 1):
            p, q = a[y : y + side, x : x + side], b[y : y + side, x : x + side]
            mean_p, mean_q = (window * p).sum(), (window * q).sum()
            var_p = (window * (p - mean_p) ** 2).sum()
            var_q = (window * (q - mean_q) ** 2).sum()
            both = (window * (p - mean_p) * (q - mean_q)).sum()
            every.append(
                (2 * mean_p * mean_q + c1)
                * (2 * both + c2)
                / ((mean_p**2 + mean_q**2 + c1) * (var_p + var_q + c2))
            )
    return np.mean(every)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_ssim_is_the_formula(rows, columns, seed):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 256, (rows, columns), np.uint8)
    noise = rng.normal(0, rng.uniform(0, 60), a.shape)
    b = np.clip(a + noise, 0, 255).astype(np.uint8)
    assert ssim(a, b) == pytest.approx(slow_ssim(a, b), abs=1e-9)
    assert ssim(a, a) == pytest.approx(1)
    assert ssim(a, b) == pytest.approx(ssim(b, a))


def test_ssim_of_flat_pictures_is_that_of_their_means():
    """Without a variance only the first factor is left."""
    a, b = np.full((16, 16), 100, np.uint8), np.full((16, 16), 150, np.uint8)
    c1 = (0.01 * 255) ** 2
    expected = (2 * 100 * 150 + c1) / (100**2 + 150**2 + c1)
    assert ssim(a, b) == pytest.approx(expected, abs=1e-12)
    assert expected == pytest.approx(0.92309, abs=1e-5)


def test_a_negative_is_as_unlike_as_it_gets():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 256, (32, 32), np.uint8)
    assert ssim(a, 255 - a) < -0.9


def test_colours_are_the_mean_of_the_channels():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 16, 16, 3), np.uint8)
    each = [ssim(a[..., i], b[..., i]) for i in range(3)]
    assert ssim(a, b) == pytest.approx(np.mean(each))


def test_psnr_of_a_known_error():
    a = np.zeros((4, 4, 3), np.uint8)
    assert psnr(a, a + 1) == pytest.approx(20 * math.log10(255))  # 48.13 dB
    assert psnr(a, a + 255) == 0
    assert psnr(a, a) == 100
    assert decibels(0.25, peak=1) == pytest.approx(10 * math.log10(4))
    assert mean_level_error(a, a + 3) == 3


def test_correlation_of_maps():
    a = np.arange(6.0).reshape(2, 3)
    assert correlation(a, 3 * a - 7) == pytest.approx(1)
    assert correlation(a, -a) == pytest.approx(-1)
    assert correlation(a, np.ones((2, 3))) == 0
    assert correlation(np.ones(3), np.ones(3)) == 1


def test_pictures_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match="two pictures of one shape"):
        ssim(np.zeros((4, 4)), np.zeros((4, 5)))
    with pytest.raises(ValueError, match="a picture needs pixels"):
        psnr(np.zeros((0, 4)), np.zeros((0, 4)))
