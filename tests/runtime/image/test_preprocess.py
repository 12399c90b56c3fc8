"""The preprocessor against a plain float pipeline, for every dtype, order and rule."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.image.preprocess import Preprocessor, input_layout, pixel_table
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.tensors.quantization import quantize
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st
from support.color_model import color_model

from edgevision.card import InputCard
from edgevision.errors import UnsupportedModelError

DTYPES = ("uint8", "int8", "int16", "int32", "float32", "float16")
FLAGS = {
    "bilinear": cv2.INTER_LINEAR,
    "area": cv2.INTER_AREA,
    "nearest": cv2.INTER_NEAREST,
}


def spec(shape, dtype="uint8", scale=0.0, zero_point=0):
    return TensorSpec("image", 0, tuple(shape), np.dtype(dtype), scale, zero_point)


def by_hand(card, tensor, bgr):
    """Return what the tensor must hold, step by step and with everything in float."""
    height, width = bgr.shape[:2]
    box = Letterbox.fit(
        (width, height),
        (card.width, card.height),
        resize=card.resize,
        crop_fraction=card.crop_fraction,
    )
    x, y, w, h = box.crop
    left, top, to_width, to_height = box.content
    small = np.full((card.height, card.width, 3), card.pad_value, np.uint8)
    small[top : top + to_height, left : left + to_width] = cv2.resize(
        np.ascontiguousarray(bgr[y : y + h, x : x + w]),
        (to_width, to_height),
        interpolation=FLAGS[card.interpolation],
    )
    if card.color == "rgb":
        small = small[..., ::-1]
    elif card.color == "gray":
        small = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)[..., np.newaxis]
    reals = (small.astype(np.float32) - np.float32(card.mean)) / np.float32(card.std)
    if tensor.dtype.kind == "f":
        return reals.astype(tensor.dtype)
    if tensor.is_quantized:
        return quantize(reals, tensor.scale, tensor.zero_point, tensor.dtype)
    return quantize(reals, 1.0, 0, tensor.dtype)


QUANTIZATION = {
    "uint8": (0.0078431, 128),
    "int8": (0.0078431, -1),
    "int16": (3.1e-5, 0),
    "int32": (0.0, 0),
    "float32": (0.0, 0),
    "float16": (0.0, 0),
}
NORMALIZATIONS = {
    "one": {"mean": (127.5,), "std": (127.5,)},
    "three": {"mean": (123.7, 116.8, 103.9), "std": (128.0, 140.0, 150.0)},
}


@pytest.mark.parametrize("normalization", ["one", "three"])
@pytest.mark.parametrize("layout", ["nhwc", "nchw", "flat"])
@pytest.mark.parametrize("resize", ["stretch", "letterbox", "center-crop"])
@pytest.mark.parametrize("color", ["rgb", "bgr"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_byte_is_that_of_a_plain_float_pipeline(
    rng, dtype, color, resize, layout, normalization
):
    card = InputCard(
        20, 12, color=color, resize=resize, **NORMALIZATIONS[normalization]
    )
    shape = {
        "nhwc": (1, 12, 20, 3),
        "nchw": (1, 3, 12, 20),
        "flat": (1, 12 * 20 * 3),
    }[layout]
    tensor = spec(shape, dtype, *QUANTIZATION[dtype])
    preprocessor = Preprocessor(card, tensor)
    assert preprocessor.layout == layout
    out = np.empty(shape, dtype)
    for size in ((33, 47), (33, 47), (61, 25), (12, 20)):
        bgr = rng.integers(0, 256, (*size, 3), np.uint8)
        expected = by_hand(card, tensor, bgr)
        if layout == "nchw":
            expected = expected.transpose(2, 0, 1)
        expected = expected.reshape(shape)
        out.fill(77)
        box = preprocessor.prepare(bgr, out)
        assert out.tobytes() == np.ascontiguousarray(expected).tobytes()
        assert box.source_size == (size[1], size[0])
        out.fill(77)
        preprocessor.prepare(np.ascontiguousarray(bgr[..., ::-1]), out, color="rgb")
        assert out.tobytes() == np.ascontiguousarray(expected).tobytes()


@pytest.mark.parametrize(
    ("dtype", "quantization", "normalization", "step"),
    [
        ("uint8", (0.0, 0), {}, "copy"),  # no scale: raw pixels
        ("uint8", (1.0, 0), {}, "copy"),
        ("uint8", (1 / 255, 0), {"std": (255.0,)}, "copy"),
        ("int8", (1.0, -128), {}, "xor"),
        ("int8", (1 / 255, -128), {"std": (255.0,)}, "xor"),
        ("uint8", (2.0, 0), {}, "shared-table"),
        ("float32", (0.0, 0), {}, "shared-table"),
        ("uint8", (1.0, 0), {"mean": (0.0, 1.0, 2.0)}, "table"),
        ("uint8", (1.0, 0), {"mean": (3.0, 3.0, 3.0)}, "shared-table"),
        ("uint8", (1.0, 0), {"mean": (0.0, 0.0, 0.0)}, "copy"),
    ],
)
@pytest.mark.parametrize("resize", ["stretch", "letterbox"])
@pytest.mark.parametrize("color", ["rgb", "bgr", "gray"])
def test_the_table_is_applied_only_where_it_must_be(
    rng, dtype, quantization, normalization, step, resize, color
):
    channels = 1 if color == "gray" else 3
    if channels == 1 and len(normalization.get("mean", ())) > 1:
        return
    card = InputCard(9, 7, color=color, resize=resize, **normalization)
    tensor = spec((1, 7, 9, channels), dtype, *quantization)
    preprocessor = Preprocessor(card, tensor)
    assert preprocessor.step == step
    bgr = rng.integers(0, 256, (20, 11, 3), np.uint8)
    out = np.zeros(tensor.shape, dtype)
    preprocessor.prepare(bgr, out)
    assert out[0].tolist() == by_hand(card, tensor, bgr).tolist()


@pytest.mark.parametrize("interpolation", ["bilinear", "area", "nearest"])
def test_interpolation_is_the_cards(rng, interpolation):
    card = InputCard(6, 6, interpolation=interpolation)
    tensor = spec((1, 6, 6, 3))
    bgr = rng.integers(0, 256, (40, 31, 3), np.uint8)
    out = np.empty(tensor.shape, np.uint8)
    Preprocessor(card, tensor).prepare(bgr, out)
    assert out[0].tolist() == by_hand(card, tensor, bgr).tolist()


@given(
    st.sampled_from(DTYPES),
    st.lists(st.floats(-50, 300, width=32), min_size=3, max_size=3),
    st.lists(st.floats(0.25, 400, width=32), min_size=3, max_size=3),
    st.floats(2**-9, 4, width=32),
    st.integers(-128, 127),
)
def test_every_pixel_value_equals_the_float_reference(dtype, mean, std, scale, point):
    zero_point = {"uint8": point + 128, "int8": point}.get(dtype, 0)
    scale = 0.0 if dtype.startswith("float") else scale
    card = InputCard(16, 16, color="bgr", mean=tuple(mean), std=tuple(std))
    tensor = spec((1, 16, 16, 3), dtype, scale, zero_point)
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    bgr = np.stack([every, every[::-1], every.T], axis=-1)
    out = np.empty(tensor.shape, dtype)
    Preprocessor(card, tensor).prepare(bgr, out)
    assert out[0].tobytes() == by_hand(card, tensor, bgr).tobytes()


@pytest.mark.parametrize(
    "shape", [(1, 5, 4, 1), (1, 5, 4), (5, 4), (1, 1, 5, 4), (1, 20), (5, 4, 1)]
)
def test_gray_models_take_any_layout(rng, shape):
    card = InputCard(4, 5, color="gray")
    preprocessor = Preprocessor(card, spec(shape))
    gray = rng.integers(0, 256, (5, 4), np.uint8)
    out = np.empty(shape, np.uint8)
    preprocessor.prepare(gray, out)
    assert out.reshape(5, 4).tolist() == gray.tolist()


def test_gray_and_alpha_frames_are_taken(rng):
    card = InputCard(4, 4)
    preprocessor = Preprocessor(card, spec((1, 4, 4, 3)))
    out = np.empty((1, 4, 4, 3), np.uint8)
    gray = rng.integers(0, 256, (4, 4), np.uint8)
    preprocessor.prepare(gray, out)
    assert out[0].tolist() == np.repeat(gray[..., None], 3, axis=2).tolist()
    rgba = rng.integers(0, 256, (4, 4, 4), np.uint8)
    preprocessor.prepare(rgba, out, color="rgb")
    assert out[0].tolist() == rgba[..., :3].tolist()
    preprocessor.prepare(rgba, out)
    assert out[0].tolist() == rgba[..., 2::-1].tolist()


def test_views_of_frames_are_taken(rng):
    card = InputCard(4, 4, color="bgr")
    preprocessor = Preprocessor(card, spec((1, 4, 4, 3)))
    big = rng.integers(0, 256, (10, 12, 3), np.uint8)
    for view in (big[2:6, 3:7], big[::2, ::3][:4, :4], big[5:1:-1, 6:2:-1]):
        out = np.empty((1, 4, 4, 3), np.uint8)
        preprocessor.prepare(view, out)
        assert out[0].tolist() == view.tolist()


def test_a_frame_leaves_no_view_of_the_interpreters_memory(rng):
    picture = rng.integers(0, 256, (8, 8, 3), np.uint8)
    with Interpreter(color_model()) as interpreter:
        preprocessor = Preprocessor(InputCard(8, 8), interpreter.inputs[0])
        for _ in range(2):
            preprocessor.prepare(picture, out=interpreter.input(0))
            interpreter.invoke()
        (means,) = interpreter.outputs_now()
        assert np.abs(means[0] - picture.reshape(-1, 3).mean(axis=0)[::-1]).max() <= 1


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((4, 4, 3), np.float32), "must be uint8 .* got float32"),
        (np.zeros((4, 4, 2), np.uint8), r"must have shape .* got \(4, 4, 2\)"),
        (np.zeros((0, 4, 3), np.uint8), r"must have shape .* got \(0, 4, 3\)"),
    ],
)
def test_what_is_no_image_is_refused(image, words):
    preprocessor = Preprocessor(InputCard(4, 4), spec((1, 4, 4, 3)))
    with pytest.raises(ValueError, match=words):
        preprocessor.prepare(image, np.empty((1, 4, 4, 3), np.uint8))


def test_color_must_be_known():
    preprocessor = Preprocessor(InputCard(4, 4), spec((1, 4, 4, 3)))
    with pytest.raises(ValueError, match="color must be bgr or rgb, got 'hsv'"):
        preprocessor.prepare(
            np.zeros((4, 4, 3), np.uint8),
            np.empty((1, 4, 4, 3), np.uint8),
            color="hsv",
        )


@pytest.mark.parametrize(
    "out",
    [
        np.empty((1, 4, 4, 3), np.int8),
        np.empty((4, 4, 3), np.uint8),
        np.empty((1, 4, 4, 6), np.uint8)[..., ::2],
    ],
)
def test_out_must_be_the_tensors(out):
    preprocessor = Preprocessor(InputCard(4, 4), spec((1, 4, 4, 3)))
    with pytest.raises(ValueError, match="out must be contiguous uint8"):
        preprocessor.prepare(np.zeros((4, 4, 3), np.uint8), out)


@pytest.mark.parametrize(
    "shape", [(1, 320, 192, 3), (1, 192, 320, 1), (2, 192, 320, 3), (1, 7)]
)
def test_a_card_of_another_size_is_refused(shape):
    with pytest.raises(UnsupportedModelError, match="but the card says 1x192x320x3"):
        input_layout(InputCard(320, 192), spec(shape))


def test_other_refusals_are_sentences():
    with pytest.raises(UnsupportedModelError, match="The input tensor is int64; an im"):
        pixel_table(InputCard(4, 4), spec((1, 4, 4, 3), "int64"))
    card = InputCard(4, 4, color="gray", mean=(1.0, 2.0, 3.0))
    with pytest.raises(UnsupportedModelError, match="input is gray, but has mean"):
        pixel_table(card, spec((1, 4, 4, 1)))


def test_a_normalization_that_does_not_belong_shows_in_the_levels():
    raw, unit = InputCard(4, 4), InputCard(4, 4, std=(255.0,))
    pixels = spec((1, 4, 4, 3), "uint8", 1.0, 0)
    assert Preprocessor(raw, pixels).levels == 256
    assert Preprocessor(unit, pixels).levels == 2


@pytest.mark.parametrize(
    ("kind", "scale", "zero", "empty"),
    [("float32", 0.0, 0, 0.0), ("int8", 1 / 255, -128, -128), ("uint8", 0.0, 0, 0)],
)
def test_a_fourth_channel_for_a_mask_stays_empty(kind, scale, zero, empty, rng):
    """MediaPipe's hair net: red, green, blue, and the mask of the frame before."""
    picture = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    card = InputCard(8, 6, std=(1.0,) if kind == "uint8" else (255.0,))
    plain = TensorSpec("in", 0, (1, 6, 8, 3), np.dtype(kind), scale, zero)
    deep = TensorSpec("in", 0, (1, 6, 8, 4), np.dtype(kind), scale, zero)
    expected, out = np.empty(plain.shape, kind), np.full(deep.shape, 9, kind)
    Preprocessor(card, plain).prepare(picture, out=expected)
    preprocessor = Preprocessor(card, deep)
    preprocessor.prepare(picture, out=out)
    assert preprocessor.layout == "masked"
    np.testing.assert_array_equal(out[..., :3], expected)
    assert (out[..., 3] == empty).all()


@given(
    st.integers(1, 500),
    st.integers(1, 500),
    st.sampled_from(["stretch", "letterbox", "center-crop"]),
    st.sampled_from(["bilinear", "area", "nearest", "bilinear-corners"]),
)
def test_a_reduced_frame_has_more_pixels_than_the_input(
    columns, rows, resize, interpolation
):
    card = InputCard(40, 30, resize=resize, interpolation=interpolation)
    preprocessor = Preprocessor(card, spec((1, 30, 40, 3)))
    for scale in (1, 2, 4, 8):
        size = (columns * scale, rows * scale)
        if preprocessor.reduction(*size) < scale:
            continue
        small = Letterbox.fit((columns, rows), (40, 30), resize=resize)
        assert scale == 1 or (
            interpolation in ("bilinear", "area")
            and small.crop[2] >= 1.5 * small.content[2] - 1
            and small.crop[3] >= 1.5 * small.content[3] - 1
        )


@pytest.mark.parametrize(
    ("size", "resize", "expected"),
    [
        ((1920, 1080), "stretch", 2),
        ((1920, 1080), "letterbox", 4),
        ((1920, 1080), "center-crop", 2),
        ((640, 480), "stretch", 1),
        ((200, 100), "stretch", 1),
    ],
)
def test_a_1080p_frame_for_a_300_pixel_model(size, resize, expected):
    card = InputCard(300, 300, resize=resize)
    assert Preprocessor(card, spec((1, 300, 300, 3))).reduction(*size) == expected
