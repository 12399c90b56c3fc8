"""Pixels or shares: what a range proves, and what frames do."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.yolo.box_unit import BoxUnit
from edgevision.runtime.decoders.yolo.head import YoloDecoder
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given, settings
from hypothesis import strategies as st

PIXEL = (1.0, 1.0)
NONE = np.empty((4, 0), np.float32)


def unit(
    side: int = 224,
    *,
    units: str = "auto",
    high: float | None = None,
    has_ids: bool = False,
    is_dense: bool = True,
    is_centers: bool = True,
) -> BoxUnit:
    return BoxUnit(
        units,
        high=high,
        model_size=(side, side),
        has_ids=has_ids,
        is_dense=is_dense,
        is_centers=is_centers,
    )


def cells(side: int, *, share: bool, wide: float = 0.1) -> np.ndarray:
    """Return YOLOv5's boxes of all cells: each center lies within its cell."""
    centers = []
    for stride in (8, 16, 32):
        count = side // stride
        middle = (np.arange(count) + 0.5) * stride
        x, y = np.meshgrid(middle, middle)
        centers.append(np.stack([x.ravel(), y.ravel()]))
    points = np.concatenate(centers, axis=1)
    sizes = np.full_like(points, wide * side)
    boxes = np.concatenate([points, sizes]).astype(np.float32)
    return boxes / side if share else boxes


@pytest.mark.parametrize(
    ("side", "high", "expected"),
    [
        (224, 6.7, "share"),  # YOLOv5: 4 anchors of 373 pixels
        (640, 1.2, "share"),
        (96, 15.6, "share"),
        (640, 640.0, "pixel"),
        (96, 96.0, "pixel"),
        (1280, 1700.0, "pixel"),
    ],
)
def test_a_range_is_compared_with_the_input(side, high, expected):
    known = unit(side, high=high).known
    assert known == (PIXEL if expected == "pixel" else (side, side))


def test_a_range_of_class_numbers_proves_no_pixels():
    assert unit(96, high=79.0, has_ids=True).known is None
    assert unit(640, high=79.0, has_ids=True).known == (640, 640)


@settings(max_examples=40, deadline=None)
@given(
    side=st.sampled_from([96, 160, 224, 320, 416, 640, 1280]),
    wide=st.floats(0.01, 7.0),
    share=st.booleans(),
    first=st.booleans(),
)
def test_any_first_frame_of_a_dense_head_gives_the_right_unit(side, wide, share, first):
    boxes = cells(side, share=share, wide=wide)
    chosen = boxes[:, :1] if first else boxes[:, -1:]
    known = unit(side)
    assert known.of(boxes, chosen) == ((side, side) if share else PIXEL)
    assert known.known is not None


def test_a_frame_of_zeros_settles_nothing():
    known = unit(320)
    assert known.of(np.zeros((4, 2100)), NONE) == (320, 320)
    assert known.known is None
    assert known.of(cells(320, share=False), NONE) == PIXEL
    assert known.known == PIXEL


def test_rows_settle_pixels_only():
    known = unit(640, is_dense=False, is_centers=False)
    small = np.asarray([[0.1, 0.1, 0.9, 0.8]], np.float32).T
    for _ in range(3):
        assert known.of(small, small) == (640, 640)
    assert known.known is None
    large = np.asarray([[10, 20, 300, 400]], np.float32).T
    # What no score supports shows nothing.
    assert known.of(large, small) == (640, 640)
    assert known.of(large, large) == PIXEL
    assert known.of(small, small) == PIXEL


@pytest.mark.parametrize("wide", [3.9, 4.1, 6.6])
@pytest.mark.parametrize("kind", ["float32", "uint8"])
def test_a_wide_box_at_a_small_input_is_no_pixel(wide, kind):
    """The case: one background box of YOLOv5 at 224, wider than the picture."""
    head = np.zeros((1, 3087, 85), np.float32)
    head[0, :, :2], head[0, :, 2:4] = 0.5, 0.1
    head[0, 10, :6] = (0.5, 0.5, 0.4, 0.4, 0.9, 0.9)
    head[0, 20, 2] = wide
    scale = 0.0
    if kind == "uint8":
        scale = 6.7 / 255
        head = np.rint(head / scale)
    raw = head.astype(kind)
    spec = TensorSpec("Identity", 0, raw.shape, raw.dtype, scale, 0)
    frame = Letterbox.fit((224, 224), (224, 224))
    found = YoloDecoder([spec], model_size=(224, 224)).decode([raw], frame)
    assert len(found) == 1
    np.testing.assert_allclose(found.boxes[0], [67, 67, 157, 157], atol=4)
