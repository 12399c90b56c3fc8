"""Rotated regions: MediaPipe's rules, and what is the same in a turned frame."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.geometry import Regions, turn_to
from hypothesis import given
from hypothesis import strategies as st

angle = st.floats(-math.pi, math.pi)


def turned(points: np.ndarray, by: float) -> np.ndarray:
    """Return points turned clockwise (y is down) around (100, 50)."""
    middle = np.asarray([100.0, 50.0])
    cos, sin = math.cos(by), math.sin(by)
    return (points - middle) @ np.asarray([[cos, sin], [-sin, cos]]) + middle


def test_a_box_is_a_region_of_its_middle_and_sides() -> None:
    regions = Regions.from_boxes([[10, 20, 30, 60]])
    assert regions.centers.tolist() == [[20, 40]]
    assert regions.sizes.tolist() == [[20, 40]]
    assert regions.corners()[0].tolist() == [[10, 20], [30, 20], [30, 60], [10, 60]]
    np.testing.assert_allclose(regions.boxes(), [[10, 20, 30, 60]])


def test_the_first_corner_follows_the_rotation_and_the_mirror() -> None:
    quarter = Regions.of([[0, 0]], [[4, 2]], [math.pi / 2])
    # Its top looks to the right, so its top left corner is up there.
    np.testing.assert_allclose(
        quarter.corners()[0], [[1, -2], [1, 2], [-1, 2], [-1, -2]], atol=1e-6
    )
    mirrored = Regions.of([[0, 0]], [[4, 2]], [0.0], [True])
    assert mirrored.corners()[0].tolist() == [[2, -1], [-2, -1], [-2, 1], [2, 1]]


@pytest.mark.parametrize(
    ("end", "target", "degrees"),
    [
        ((1, 0), 0, 0),
        ((0, -1), 90, 0),  # up in the frame, and up is wanted
        ((1, 0), 90, 90),  # to the right: the region's top looks to the right
        ((0, 1), 90, -180),
        ((-1, 0), 90, -90),
        ((0, 1), 0, 90),
    ],
)
def test_a_direction_comes_to_rest_at_its_target(end, target, degrees) -> None:
    angles = turn_to([[0, 0]], [end], target=target)
    assert np.degrees(angles).tolist() == pytest.approx([degrees])


@given(angle, st.floats(-90, 180), st.floats(1, 50))
def test_after_the_turn_the_direction_is_seen_at_its_target(
    by: float, target: float, length: float
) -> None:
    end = [length * math.cos(by), length * math.sin(by)]
    turn = turn_to([[0, 0]], [end], target=target)[0]
    assert -math.pi <= turn <= math.pi
    # Seen from a region that is turned, everything turns the other way.
    x, y = np.asarray(end) @ np.asarray(
        [[math.cos(-turn), math.sin(-turn)], [-math.sin(-turn), math.cos(-turn)]]
    )
    seen = math.degrees(math.atan2(-y, x))
    assert abs((seen - target + 180) % 360 - 180) < 1e-6


def test_growing_is_mediapipes_rect_transformation() -> None:
    # By hand: the shift is half of the height of 20, upwards in the region, which is
    # turned by 90 degrees, so to the right in the frame; then a square of the long
    # side, 2.6 times as large.
    regions = Regions.of([[50, 50]], [[10, 20]], [math.pi / 2])
    grown = regions.grown(2.6, shift=(0, -0.5), aspect=1.0)
    np.testing.assert_allclose(grown.centers, [[60, 50]], atol=1e-9)
    np.testing.assert_allclose(grown.sizes, [[52, 52]])
    wide = Regions.of([[50, 50]], [[10, 20]]).grown(aspect=2.0)
    assert wide.sizes.tolist() == [[40, 20]]


@given(st.integers(0, 10_000), angle, angle)
def test_a_region_around_points_turns_with_them(
    seed: int, own: float, by: float
) -> None:
    points = np.random.default_rng(seed).uniform(0, 200, (1, 12, 2))
    region = Regions.around(points, [own])
    again = Regions.around(turned(points, by), [own + by])
    np.testing.assert_allclose(again.sizes, region.sizes, atol=1e-6)
    np.testing.assert_allclose(again.centers, turned(region.centers, by), atol=1e-6)
    # All points are inside of it, and each side has one.
    step = points[0] - region.centers[0]
    cos, sin = math.cos(own), math.sin(own)
    inside = np.abs(step @ np.asarray([[cos, -sin], [sin, cos]]))
    np.testing.assert_allclose(inside.max(axis=0), region.sizes[0] / 2, atol=1e-6)


def test_subsets_and_joining() -> None:
    regions = Regions.of([[1, 1], [2, 2], [3, 3]], [[1, 1]] * 3, [0.1, 0.2, 0.3])
    some = regions[np.asarray([True, False, True])]
    assert some.angles.tolist() == [0.1, 0.3]
    joined = Regions.joined([some, Regions.empty(), regions[[1]]])
    assert joined.centers[:, 0].tolist() == [1, 3, 2]
    assert len(Regions.joined([])) == 0


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"sizes must have shape \(1, 2\)"):
        Regions.of([[0, 0]], [[1, 1], [2, 2]])
    with pytest.raises(ValueError, match="angles and mirrored"):
        Regions.of([[0, 0]], [[1, 1]], [0.0], [True, False])
