"""Pictures and maps of a model that takes a picture, from hand-made tensors."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.image import ImageDecoder, ImageOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import UnsupportedModelError

UNIT = {"mean": 0, "std": 255}


def spec(shape, dtype="float32", scale=0.0, zero=0):
    return TensorSpec("t", 0, shape, np.dtype(dtype), scale, zero)


def decoded(raw, letterbox, tensor=None, **options):
    made = ImageDecoder([tensor or spec(raw.shape)], options=ImageOptions(**options))
    return made.decode([raw], letterbox)


def test_a_gray_picture_is_gray_and_a_coloured_one_bgr():
    box = Letterbox.fit((4, 2), (4, 2))
    gray = np.linspace(0, 1, 8, dtype=np.float32).reshape(1, 2, 4, 1)
    result = decoded(gray, box, **UNIT)
    np.testing.assert_array_equal(result.image, np.rint(gray[0, :, :, 0] * 255))
    assert result.bgr.shape == (2, 4, 3)
    assert result.kind == "picture"
    assert decoded(gray[..., 0], box, **UNIT).image.shape == (2, 4)
    red = np.zeros((1, 2, 4, 3), np.float32)
    red[..., 0] = 1
    assert decoded(red, box, **UNIT).image[0, 0].tolist() == [0, 0, 255]
    assert decoded(red, box, **UNIT, color="bgr").image[0, 0].tolist() == [255, 0, 0]


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2, 4]))
def test_the_padding_of_a_letterbox_is_cut_off(width, height, times):
    """What is inside keeps all its pixels, also where the output is larger."""
    box = Letterbox.fit((width, height), (16, 12), resize="letterbox")
    raw = np.zeros((1, 12 * times, 16 * times, 1), np.float32)
    x, y, w, h = (times * value for value in box.content)
    raw[:, y : y + h, x : x + w] = 1
    result = decoded(raw, box, **UNIT)
    assert result.image.shape == (h, w)
    assert result.image.min() == 255
    assert result.frame_size == (width, height)
    assert result.part == (0, 0, width, height)


def test_a_center_crop_says_what_it_shows():
    box = Letterbox.fit((20, 10), (8, 8), resize="center-crop")
    result = decoded(np.zeros((1, 8, 8, 3), np.float32), box, **UNIT)
    assert result.part == (5, 0, 10, 10)


def test_values_outside_are_cut_or_stretched():
    box = Letterbox.fit((3, 1), (3, 1))
    raw = np.array([-0.5, 0.5, 1.5], np.float32).reshape(1, 1, 3, 1)
    assert decoded(raw, box, **UNIT).image.tolist() == [[0, 128, 255]]
    stretched = decoded(raw, box, **UNIT, clip=False).image
    assert stretched.tolist() == [[0, 128, 255]]
    inside = decoded(raw / 4 + 0.5, box, **UNIT, clip=False).image
    assert inside.tolist() == decoded(raw / 4 + 0.5, box, **UNIT).image.tolist()


def test_a_map_keeps_its_numbers_and_shows_them_in_colours():
    box = Letterbox.fit((3, 1), (3, 1))
    raw = np.array([10, 20, 30], np.float32).reshape(1, 1, 3, 1)
    result = decoded(raw, box, kind="map")
    assert result.kind == "map"
    assert result.values.tolist() == [[10, 20, 30]]
    levels = np.array([[0, 128, 255]], np.uint8)
    colors = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)
    np.testing.assert_array_equal(result.image, colors)
    gray = {"kind": "map", "colormap": "gray"}
    assert decoded(raw, box, **gray).image.tolist() == levels.tolist()
    fixed = decoded(raw, box, **gray, range=(0, 40)).image
    assert fixed.tolist() == [[64, 128, 191]]
    near = decoded(raw, box, **gray, near="small")
    assert near.image.tolist() == [[255, 128, 0]]
    assert near.to_dict()["image"] == {
        "kind": "map",
        "width": 3,
        "height": 1,
        "channels": 1,
        "min": 10.0,
        "max": 30.0,
        "mean": 20.0,
        "near": "small",
    }


def test_a_quantized_map_has_real_values():
    box = Letterbox.fit((2, 1), (2, 1))
    tensor = spec((1, 1, 2, 1), "int8", 0.5, -128)
    raw = np.array([-128, -118], np.int8).reshape(1, 1, 2, 1)
    assert decoded(raw, box, tensor, kind="map").values.tolist() == [[0, 5]]


def test_a_map_without_finite_values_is_dark():
    box = Letterbox.fit((2, 1), (2, 1))
    raw = np.full((1, 1, 2, 1), np.nan, np.float32)
    result = decoded(raw, box, kind="map", colormap="gray")
    assert result.image.tolist() == [[0, 0]]
    assert result.to_dict()["image"]["min"] is None
    raw[0, 0, 1] = 3
    for near in ("large", "small"):
        image = decoded(raw, box, kind="map", colormap="gray", near=near).image
        assert image[0, 0] == 0


@pytest.mark.parametrize(
    ("shape", "options", "words"),
    [
        ((1, 4, 4, 3), {}, "Nothing says which values of output 't' are black"),
        ((1, 4, 4, 3), {"kind": "map"}, "expected a map 1xHxWx1"),
        ((1, 4, 4, 1), {"kind": "depth"}, "kind must be picture or map, got 'depth'"),
        ((1, 4, 4, 1), {"std": 255}, "mean and std belong together"),
        ((1, 4, 4, 1), {"mean": 0, "std": 1e39}, "std must be above 0"),
        ((1, 4, 4, 1), {"colormap": "hot"}, "colormap must be gray or inferno"),
        ((1, 4, 4, 1), {"near": "far"}, "near must be large or small, got 'far'"),
        ((1, 4, 4, 1), {"range": [3, 1]}, "range must be two numbers, the lower"),
    ],
)
def test_what_is_not_usable_is_a_sentence(shape, options, words):
    with pytest.raises((UnsupportedModelError, ValueError), match=words):
        ImageDecoder([spec(shape)], options=ImageOptions(**options))


def test_the_result_shares_no_memory_with_the_output():
    box = Letterbox.fit((2, 1), (2, 1))
    raw = np.zeros((1, 1, 2, 1), np.float32)
    result = decoded(raw, box, kind="map")
    assert not np.shares_memory(result.values, raw)
    assert not np.shares_memory(decoded(raw, box, **UNIT).image, raw)


@pytest.mark.parametrize(
    ("pixels", "values"),
    [("raw", (0, 255)), ("unit", (0, 1)), ("signed", (-1, 1))],
)
def test_pixels_name_the_values_of_black_and_white(pixels, values):
    raw = np.array(values, np.float32).reshape(1, 1, 2, 1)
    result = decoded(raw, Letterbox.fit((2, 1), (2, 1)), pixels=pixels)
    assert result.image.tolist() == [[0, 255]]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"pixels": "torch"}, "No pixels 'torch'"),
        ({"pixels": "unit", **UNIT}, "pixels stands for mean and std"),
        ({"kind": "map", **UNIT}, "mean is for kind=picture, and kind is map"),
        ({"kind": "map", "color": "bgr"}, "color is for kind=picture"),
        ({"near": "large", **UNIT}, "near is for kind=map, and kind is picture"),
    ],
)
def test_options_of_the_other_kind_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        ImageOptions(**options)


@pytest.mark.parametrize(("residual", "sign"), [("subtract", -1), ("add", 1)])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_residual_changes_the_picture_that_the_model_takes(
    rng, residual, sign, channels
):
    levels = rng.uniform(0, 255, (4, 6, channels)).astype(np.float32)
    noise = rng.uniform(-0.2, 0.2, (1, 4, 6, channels)).astype(np.float32)
    decoder = ImageDecoder(
        [spec(noise.shape)], options=ImageOptions(residual=residual, pixels="unit")
    )
    box = Letterbox.fit((12, 8), (6, 4))
    result = decoder.decode_residual([noise], box, levels)
    expected = np.rint(np.clip(levels + sign * 255 * noise[0], 0, 255))
    shown = expected[..., ::-1] if channels == 3 else expected[..., 0]
    np.testing.assert_allclose(result.image, shown, atol=1)
    assert result.frame_size == (12, 8)
    with pytest.raises(UnsupportedModelError, match="needs the picture that"):
        decoder.decode([noise], box)
    with pytest.raises(UnsupportedModelError, match="an output of the input's size"):
        decoder.decode_residual([noise], box, levels[:2])
