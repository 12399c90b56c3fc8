"""The letterbox of MediaPipe's graphs: what its own OpenCV code does, and back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.geometry.corner_letterbox import CornerLetterbox
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.image.preprocess import Preprocessor
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard

SIZES = [(640, 427), (97, 211), (50, 50), (31, 77), (1920, 1080)]


def as_mediapipe(picture: np.ndarray, side: int) -> np.ndarray:
    """Return what ``image_to_tensor_converter_opencv.cc`` computes, by its own way.

    The square around the frame has its corners at the corners of the input.
    """
    height, width = picture.shape[:2]
    long = max(height, width)
    left, top = (width - long) / 2, (height - long) / 2
    corners = [[left, top + long], [left, top], [left + long, top]]
    corners.append([left + long, top + long])
    there = [[0, side], [0, 0], [side, 0], [side, side]]
    matrix = cv2.getPerspectiveTransform(np.float32(corners), np.float32(there))
    return cv2.warpPerspective(
        picture, matrix, (side, side), borderMode=cv2.BORDER_CONSTANT
    )


@pytest.mark.parametrize("size", SIZES)
def test_pixels_are_those_of_mediapipe_s_own_way(
    size: tuple[int, int], rng: np.random.Generator
) -> None:
    small = rng.integers(0, 256, (9, 12, 3), np.uint8)
    picture = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    card = InputCard(
        *(64, 64),
        color="bgr",
        resize="letterbox",
        interpolation="bilinear-corners",
        pad_value=0,
    )
    spec = TensorSpec("image", 0, (1, 64, 64, 3), np.dtype("uint8"))
    out = np.full(spec.shape, 7, np.uint8)
    letterbox = Preprocessor(card, spec).prepare(picture, out)
    apart = np.abs(out[0].astype(int) - as_mediapipe(picture, 64))
    # Both round coordinates to 1/32 pixel, not always to the same side.
    assert apart.mean() < 0.5
    assert np.percentile(apart, 99) <= 6
    assert letterbox.ratio[0] == letterbox.ratio[1] == 64 / max(size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("resize", ["letterbox", "stretch", "center-crop"])
def test_points_go_there_and_back(size: tuple[int, int], resize: str) -> None:
    rounded = Letterbox.fit(size, (64, 48), resize=resize)
    exact = CornerLetterbox.of(rounded, resize=resize)
    points = np.asarray([[3.5, 7.25], [30.0, 20.0]], np.float32)
    back = exact.points_to_model(exact.points_to_source(points))
    np.testing.assert_allclose(back, points, atol=1e-4)
    # The middle stays in the middle, as in the rounded one within a pixel.
    middle = exact.points_to_source([[32.0, 24.0]])[0]
    np.testing.assert_allclose(middle, np.asarray(size) / 2, atol=1.5)
    if resize != "letterbox":
        assert exact.ratio == rounded.ratio
        assert exact.offset == rounded.offset
    # Pixel i is sampled where i lies.
    sampled = exact.warp @ np.asarray([5.0, 9.0, 1.0])
    np.testing.assert_allclose(sampled, exact.points_to_source([5.0, 9.0]), rtol=1e-5)


def test_padding_has_the_card_s_value_and_boxes_are_clipped() -> None:
    card = InputCard(
        *(8, 8),
        color="bgr",
        resize="letterbox",
        interpolation="bilinear-corners",
        pad_value=40,
    )
    spec = TensorSpec("image", 0, (1, 8, 8, 3), np.dtype("float32"))
    out = np.zeros(spec.shape, np.float32)
    picture = np.full((16, 32, 3), 200, np.uint8)
    letterbox = Preprocessor(card, spec).prepare(picture, out)
    assert (out[0, [0, 7]] == 40).all()
    assert (out[0, 3:5] == 200).all()
    boxes = letterbox.boxes_to_source([[-1, 0, 4, 8]])
    assert boxes.tolist() == [[0, 0, 16, 16]]
