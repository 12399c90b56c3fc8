"""The letterbox and its inverse, for every size."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.geometry.letterbox import Letterbox
from hypothesis import given
from hypothesis import strategies as st

side = st.integers(1, 5000)
small = st.integers(1, 1300)
rules = st.sampled_from(["stretch", "letterbox", "center-crop"])


@given(side, side, small, small, rules, st.sampled_from([1.0, 0.875, 0.5]))
def test_undo_maps_corners_back(
    width: int, height: int, to_width: int, to_height: int, rule: str, crop: float
) -> None:
    box = Letterbox.fit(
        (width, height), (to_width, to_height), resize=rule, crop_fraction=crop
    )
    corners = np.asarray([[0, 0], [width, 0], [0, height], [width, height]])
    back = box.points_to_source(box.points_to_model(corners))
    # Points far outside the model's input (cropped away) are float32 as well.
    np.testing.assert_allclose(back, corners, atol=0.5)


@given(side, side, small, small)
def test_letterbox_keeps_the_picture_inside_and_the_aspect_within_a_pixel(
    width: int, height: int, to_width: int, to_height: int
) -> None:
    box = Letterbox.fit((width, height), (to_width, to_height), resize="letterbox")
    x, y, columns, rows = box.content
    assert x >= 0
    assert y >= 0
    assert x + columns <= to_width
    assert y + rows <= to_height
    assert columns == to_width or rows == to_height
    ratio = min(to_width / width, to_height / height)
    assert abs(columns - max(1, width * ratio)) <= 0.5 + 1e-9
    assert abs(rows - max(1, height * ratio)) <= 0.5 + 1e-9
    # Padding differs by no more than the odd pixel, which goes right and down.
    assert 0 <= (to_width - columns) - 2 * x <= 1
    assert 0 <= (to_height - rows) - 2 * y <= 1


@pytest.mark.parametrize("rule", ["letterbox", "stretch", "center-crop"])
def test_what_was_really_resized_comes_back_for_a_sweep_of_sizes(rule: str) -> None:
    # 2,444 sizes into 320 x 320: a truncating resize with a rounding inverse shifted
    # boxes by up to 6.2 source pixels in a quarter of these.
    for width in range(320, 1926, 73):
        for height in range(180, 1086, 9):
            box = Letterbox.fit((width, height), (320, 320), resize=rule)
            x, y, columns, rows = box.content
            left, top, used_width, used_height = box.crop
            filled = box.boxes_to_source([[x, y, x + columns, y + rows]], clip=False)
            used = [left, top, left + used_width, top + used_height]
            np.testing.assert_allclose(filled[0], used, atol=0.01)


def test_center_crop_takes_the_middle() -> None:
    box = Letterbox.fit((1920, 1080), (224, 224), resize="center-crop")
    assert box.crop == (420, 0, 1080, 1080)
    assert box.content == (0, 0, 224, 224)
    np.testing.assert_allclose(
        box.boxes_to_source([[0, 0, 224, 224]]), [[420, 0, 1500, 1080]]
    )
    tighter = Letterbox.fit(
        (1000, 1000), (100, 100), resize="center-crop", crop_fraction=0.5
    )
    assert tighter.crop == (250, 250, 500, 500)


def test_boxes_are_clipped_to_the_frame_unless_asked_not_to() -> None:
    box = Letterbox.fit((100, 50), (200, 200), resize="letterbox")
    assert box.boxes_to_source([[-20, 0, 300, 200]]).tolist() == [[0, 0, 100, 50]]
    loose = box.boxes_to_source([[-20, 0, 300, 200]], clip=False)
    assert loose.tolist() == [[-10, -25, 150, 75]]
    np.testing.assert_allclose(box.boxes_to_model(loose), [[-20, 0, 300, 200]])
    assert box.boxes_to_source(np.empty((0, 4))).shape == (0, 4)


def test_wrong_sizes_and_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="sizes must be at least 1x1"):
        Letterbox.fit((0, 5), (5, 5))
    with pytest.raises(ValueError, match="resize must be stretch, letterbox or"):
        Letterbox.fit((5, 5), (5, 5), resize="pad")


@given(side, side, small, small, rules, st.sampled_from([2, 4, 8]))
def test_a_map_of_a_small_copy_becomes_that_of_the_frame(
    width: int, height: int, to_width: int, to_height: int, rule: str, scale: int
) -> None:
    model = (to_width, to_height)
    copy = Letterbox.fit((width, height), model, resize=rule)
    frame = copy.enlarged(scale)
    assert frame.source_size == (width * scale, height * scale)
    points = np.asarray([[0, 0], [to_width / 3, to_height], [5.5, -2]])
    np.testing.assert_allclose(
        frame.points_to_source(points),
        copy.points_to_source(points).astype(np.float64) * scale,
        rtol=1e-5,
        atol=1e-2,
    )
    # A frame of that size, fitted by itself, lies within a pixel of the small copy.
    own = Letterbox.fit(frame.source_size, model, resize=rule)
    corners = np.asarray([own.crop[:2], np.add(own.crop[:2], own.crop[2:])])
    apart = np.abs(frame.points_to_model(corners) - own.points_to_model(corners))
    bound = 1 + 2 * np.maximum(frame.ratio, own.ratio) * scale
    assert (apart <= bound).all()
