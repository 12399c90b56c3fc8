"""Parts of a frame in the model's input: against NumPy's own bilinear sampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.geometry import Letterbox, Regions, RotatedCrop
from edgevision.runtime.image import Preprocessor, resample
from edgevision.runtime.tensors import TensorSpec

from edgevision.card import InputCard

FRAME = np.random.default_rng(7).integers(0, 256, (60, 80, 3), np.uint8)


def crop_of(center, size, degrees, mirrored=False, model=(24, 16)) -> RotatedCrop:
    regions = Regions.of([center], [size], [math.radians(degrees)], [mirrored])
    return RotatedCrop.cut(regions, 0, (80, 60), model)


def sampled(frame: np.ndarray, crop: RotatedCrop, border: str) -> np.ndarray:
    """Return what each pixel's middle sees, bilinear, computed point by point."""
    width, height = crop.model_size
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    points = crop.points_to_source(np.stack([columns, rows], axis=-1)).astype(float)
    x, y = points[..., 0] - 0.5, points[..., 1] - 0.5
    total = np.zeros((height, width, 3))
    for dx in (0, 1):
        for dy in (0, 1):
            left, top = np.floor(x).astype(int) + dx, np.floor(y).astype(int) + dy
            weight = (1 - np.abs(x - left)) * (1 - np.abs(y - top))
            inside = (left >= 0) & (left < 80) & (top >= 0) & (top < 60)
            values = frame[np.clip(top, 0, 59), np.clip(left, 0, 79)].astype(float)
            if border == "zero":
                values = values * inside[..., None]
            total += values * weight[..., None]
    return total


@pytest.mark.parametrize("border", ["replicate", "zero"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 17, 90, 180, -120])
def test_a_turned_part_is_what_its_points_see(degrees, mirrored, border) -> None:
    crop = crop_of((60.4, 20.2), (50, 40), degrees, mirrored)
    into = np.empty((16, 24, 3), np.uint8)
    resample(FRAME, crop, into, interpolation="bilinear", border=border)
    # OpenCV samples at 1/32 of a pixel: of this noise that is up to 16 levels.
    np.testing.assert_allclose(into, sampled(FRAME, crop, border), atol=17)
    assert np.abs(into - sampled(FRAME, crop, border)).mean() < 2


def test_an_upright_part_of_whole_pixels_is_resized() -> None:
    part = Letterbox.fit((20, 10), (24, 16), resize="letterbox").placed(
        30, 15, (80, 60)
    )
    assert part.source_size == (80, 60)
    assert part.crop == (30, 15, 20, 10)
    alone = Letterbox.fit((20, 10), (24, 16), resize="letterbox")
    into, other = np.zeros((2, 16, 24, 3), np.uint8)
    resample(FRAME, part, into, interpolation="bilinear")
    resample(FRAME[15:25, 30:50], alone, other, interpolation="bilinear")
    np.testing.assert_array_equal(into, other)
    step = part.points_to_source([5, 9]) - alone.points_to_source([5, 9])
    np.testing.assert_allclose(step, [30, 15], rtol=1e-5)


@pytest.mark.parametrize("color", ["bgr", "rgb", "gray"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_the_preprocessors_table_is_used_for_parts(color: str, dtype: str) -> None:
    card = InputCard(
        24, 16, color=color, resize="letterbox", mean=(127.5,), std=(127.5,)
    )
    channels = 1 if color == "gray" else 3
    scale = (
        (0.0, 0) if dtype == "float32" else (1 / 127.5, 0 if dtype == "int8" else 127)
    )
    spec = TensorSpec("", 0, (1, 16, 24, channels), np.dtype(dtype), *scale)
    prepare = Preprocessor(card, spec)
    crop = crop_of((40, 30), (30, 20), 25)
    small = np.empty((16, 24, 3), np.uint8)
    resample(FRAME, crop, small, interpolation="bilinear")
    expected, out = np.empty((2, *spec.shape), spec.dtype)
    prepare.prepare(small, expected)
    assert prepare.prepare(FRAME, out, part=crop) is crop
    np.testing.assert_array_equal(out, expected)
    prepare.prepare(np.ascontiguousarray(FRAME[..., ::-1]), out, color="rgb", part=crop)
    np.testing.assert_array_equal(out, expected)


def test_padding_is_right_again_after_a_part() -> None:
    card = InputCard(24, 16, resize="letterbox", pad_value=9)
    spec = TensorSpec("", 0, (1, 16, 24, 3), np.dtype("uint8"))
    fresh, used = Preprocessor(card, spec), Preprocessor(card, spec)
    expected, out = np.empty((2, *spec.shape), np.uint8)
    fresh.prepare(FRAME, expected)
    used.prepare(FRAME, out)
    used.prepare(FRAME, out, part=crop_of((40, 30), (30, 20), 25))
    used.prepare(FRAME, out)
    np.testing.assert_array_equal(out, expected)
    # Two parts whose padding is at other places.
    for size in ((10, 20), (20, 5), (30, 30)):
        part = Letterbox.fit(size, (24, 16), resize="letterbox").placed(5, 5, (80, 60))
        used.prepare(FRAME, out, part=part)
        Preprocessor(card, spec).prepare(
            FRAME[5 : 5 + size[1], 5 : 5 + size[0]], expected
        )
        np.testing.assert_array_equal(out, expected)
