"""The pixels of the frame that are a body."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.landmarks.body_mask import BodyMask
from edgevision.runtime.geometry import Letterbox, Regions, RotatedCrop
from edgevision.runtime.tensors import TensorSpec

SPEC = TensorSpec("mask", 0, (1, 64, 64, 1), np.dtype("float32"))
SIZE = (256, 256)
CORNERS = np.float32([[0, 0], [256, 0], [256, 256], [0, 256]])
FRAME = (160, 120)


def logits() -> np.ndarray:
    """Return a smooth hill whose part above 0 is an ellipse."""
    rows, columns = np.mgrid[:64, :64]
    hill = 1 - ((columns - 28) / 20) ** 2 - ((rows - 36) / 14) ** 2
    return hill.astype(np.float32)[None, :, :, None] * 8


def slowly(raw: np.ndarray, letterbox: Letterbox) -> np.ndarray:
    """Return the mask pixel by pixel."""
    grid = raw[0, :, :, 0]
    mask = np.zeros(FRAME[::-1], bool)
    for y in range(FRAME[1]):
        for x in range(FRAME[0]):
            u, v = letterbox.points_to_model([x + 0.5, y + 0.5]) / 4 - 0.5
            left, top = int(np.floor(u)), int(np.floor(v))
            if not (0 <= left < 63 and 0 <= top < 63):
                continue
            a, b = u - left, v - top
            four = grid[top : top + 2, left : left + 2]
            mask[y, x] = (np.outer([1 - b, b], [1 - a, a]) * four).sum() >= 0
    return mask


@pytest.mark.parametrize(
    "letterbox",
    [
        Letterbox.fit(FRAME, SIZE, resize="letterbox"),
        Letterbox.fit(FRAME, SIZE),
        *(
            RotatedCrop.cut(
                Regions.of([(70, 50)], [(110, 90)], [a], [m]), 0, FRAME, SIZE
            )
            for a, m in ((0.0, False), (0.7, False), (-2.5, True))
        ),
    ],
    ids=["letterbox", "stretch", "upright", "turned", "mirrored"],
)
def test_a_mask_lies_where_its_region_lies(letterbox: Letterbox) -> None:
    corners = letterbox.points_to_source(CORNERS)
    masks = BodyMask(SPEC, SIZE).of(logits(), letterbox, corners)
    expected = slowly(logits(), letterbox)
    got = masks.whole(0)
    # OpenCV samples in 32nds of a pixel: the edge may differ, and nothing else.
    assert np.count_nonzero(got != expected) <= 0.01 * np.count_nonzero(expected)
    assert expected.sum() > 1000


def test_a_region_outside_of_the_frame_has_no_pixel() -> None:
    region = Regions.of([(-500, -500)], [(50, 50)])
    crop = RotatedCrop.cut(region, 0, FRAME, SIZE)
    masks = BodyMask(SPEC, SIZE).of(logits(), crop, crop.points_to_source(CORNERS))
    assert not masks.whole(0).any()
    np.testing.assert_array_equal(masks.areas(), [0])
