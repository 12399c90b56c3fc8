"""The map of a rotated crop: there and back, and equal to a letterbox at angle 0."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from edgevision.runtime.geometry import Letterbox, Regions, RotatedCrop
from hypothesis import given
from hypothesis import strategies as st

side = st.floats(1, 2000)
place = st.floats(-500, 3000)
angle = st.floats(-math.pi, math.pi)
model_side = st.integers(1, 600)


def crop_of(
    center, size, turn=0.0, mirrored=False, *, frame=(640, 480), model=(96, 64)
):
    regions = Regions.of([center], [size], [turn], [mirrored])
    return RotatedCrop.cut(regions, 0, frame, model)


@given(place, place, side, side, angle, st.booleans(), model_side, model_side)
def test_points_come_back(x, y, width, height, turn, mirrored, columns, rows) -> None:
    crop = crop_of((x, y), (width, height), turn, mirrored, model=(columns, rows))
    points = np.asarray([[0, 0], [columns, 0], [columns / 3, rows], [7, 5]])
    back = crop.points_to_model(crop.points_to_source(points))
    # float32 pixels of a frame of thousands are exact to 1e-3; a ratio makes them more.
    np.testing.assert_allclose(back, points, atol=2e-3 * max(1, *crop.ratio))


@given(place, place, side, side, angle, st.booleans())
def test_the_inputs_corners_are_the_regions(
    x, y, width, height, turn, mirrored
) -> None:
    regions = Regions.of([(x, y)], [(width, height)], [turn], [mirrored])
    crop = RotatedCrop.cut(regions, 0, (640, 480), (96, 64))
    corners = crop.points_to_source([[0, 0], [96, 0], [96, 64], [0, 64]])
    np.testing.assert_allclose(corners, regions.corners()[0], rtol=1e-5, atol=2e-3)


@given(
    st.integers(0, 600),
    st.integers(0, 440),
    st.integers(1, 40),
    st.integers(1, 40),
    model_side,
    model_side,
)
def test_upright_it_is_the_letterbox_of_that_part(
    x, y, width, height, columns, rows
) -> None:
    plain = Letterbox(
        (640, 480), (columns, rows), (x, y, width, height), (0, 0, columns, rows)
    )
    crop = crop_of(
        (x + width / 2, y + height / 2), (width, height), model=(columns, rows)
    )
    assert crop.ratio == pytest.approx(plain.ratio)
    assert crop.offset == pytest.approx(plain.offset, abs=1e-6)
    boxes = np.asarray([[-3, 0, columns, rows], [1, 1, 5, 900]])
    for clip in (True, False):
        np.testing.assert_allclose(
            crop.boxes_to_source(boxes, clip=clip),
            plain.boxes_to_source(boxes, clip=clip),
            atol=2e-3,
        )
    np.testing.assert_allclose(
        crop.boxes_to_model([[0, 0, 640, 480]]),
        plain.boxes_to_model([[0, 0, 640, 480]]),
        rtol=1e-5,
        atol=2e-2,
    )


def test_a_turned_box_is_the_upright_one_around_it() -> None:
    crop = crop_of((100, 100), (64, 64), math.pi / 4, model=(64, 64))
    half = 32 * math.sqrt(2)
    np.testing.assert_allclose(
        crop.boxes_to_source([[0, 0, 64, 64]]),
        [[100 - half, 100 - half, 100 + half, 100 + half]],
        rtol=1e-5,
    )
    edge = crop_of((0, 0), (64, 64), math.pi / 4, model=(64, 64))
    np.testing.assert_allclose(
        edge.boxes_to_source([[0, 0, 64, 64]]), [[0, 0, half, half]], rtol=1e-5
    )


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 30, 90, -135, 180])
def test_marked_points_are_seen_where_the_map_says(
    degrees: int, mirrored: bool
) -> None:
    """A dot is drawn in the frame; the brightest pixels of the crop are its place."""
    crop = crop_of(
        (310.3, 222.8), (150, 150), math.radians(degrees), mirrored, model=(300, 300)
    )
    warp = crop.warp
    for point in [(310.3, 222.8), (290.0, 250.5), (340.25, 190.0)]:
        ys, xs = np.mgrid[0:480, 0:640] + 0.5
        dot = np.exp(-((xs - point[0]) ** 2 + (ys - point[1]) ** 2) / 18)
        seen = cv2.warpAffine(
            dot, warp, (300, 300), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        rows, columns = np.mgrid[0:300, 0:300] + 0.5
        middle = [(seen * columns).sum() / seen.sum(), (seen * rows).sum() / seen.sum()]
        np.testing.assert_allclose(middle, crop.points_to_model(point), atol=0.1)
        np.testing.assert_allclose(crop.points_to_source(middle), point, atol=0.05)


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (math.nan, 5), (5, math.inf)])
def test_an_empty_region_has_no_map(size) -> None:
    with pytest.raises(ValueError, match="a region must be finite and have sides"):
        crop_of((10, 10), size)


def test_corners_are_sampled_where_mediapipe_does_it() -> None:
    regions = Regions.of([(50, 40)], [(20, 20)], [0.3])
    crop = RotatedCrop.cut(regions, 0, (100, 80), (40, 40), at_corners=True)
    # getPerspectiveTransform from the corners of the input to those of the region.
    corners = np.asarray([[0, 0], [40, 0], [40, 40], [0, 40]], np.float32)
    theirs = cv2.getPerspectiveTransform(corners, regions.corners()[0])
    np.testing.assert_allclose(crop.warp, theirs[:2], atol=1e-4)
