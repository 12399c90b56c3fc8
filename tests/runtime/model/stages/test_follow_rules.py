"""The next frame's region: MediaPipe's rules, written out again point by point."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.model.stages.follow_rules import next_regions
from edgevision.runtime.results import Landmarks
from hypothesis import given
from hypothesis import strategies as st


def landmarks(points: Any, auxiliary: Any = None) -> Landmarks:
    xyz = np.zeros((1, len(points), 3), np.float32)
    xyz[0, :, :2] = points
    more = None
    if auxiliary is not None:
        more = np.zeros((1, len(auxiliary), 3), np.float32)
        more[0, :, :2] = auxiliary
    return Landmarks(
        xyz,
        np.ones(1, np.float32),
        ("thing",),
        tuple(map(str, range(len(points)))),
        (),
        np.zeros((1, 4, 2), np.float32),
        auxiliary=more,
    )


def hand_by_mediapipe(points: np.ndarray) -> tuple[float, float, float, float]:
    """Return x, y, side and angle by hand_landmarks_to_rect_calculator.cc."""
    some = points[[0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]]
    x1 = ((some[4, 0] + some[8, 0]) / 2 + some[6, 0]) / 2
    y1 = ((some[4, 1] + some[8, 1]) / 2 + some[6, 1]) / 2
    # Within the subset the joints 5, 9 and 13 stand at 4, 6 and 8.
    angle = math.pi / 2 - math.atan2(-(y1 - some[0, 1]), x1 - some[0, 0])
    middle = (some.max(axis=0) + some.min(axis=0)) / 2
    x, y = (some - middle).T
    own_x = x * math.cos(-angle) - y * math.sin(-angle)
    own_y = x * math.sin(-angle) + y * math.cos(-angle)
    cx, cy = (own_x.max() + own_x.min()) / 2, (own_y.max() + own_y.min()) / 2
    width, height = own_x.max() - own_x.min(), own_y.max() - own_y.min()
    cy += -0.1 * height
    side = 2 * max(width, height)
    return (
        cx * math.cos(angle) - cy * math.sin(angle) + middle[0],
        cx * math.sin(angle) + cy * math.cos(angle) + middle[1],
        side,
        angle,
    )


@given(st.integers(0, 10_000))
def test_a_hand_is_followed_as_mediapipe_does_it(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(0, 300, (21, 2)).astype(np.float32)
    region = next_regions("hand", landmarks(points))
    x, y, side, angle = hand_by_mediapipe(points.astype(np.float64))
    np.testing.assert_allclose(region.centers, [[x, y]], atol=1e-3)
    np.testing.assert_allclose(region.sizes, [[side, side]], rtol=1e-5)
    np.testing.assert_allclose(np.cos(region.angles), [math.cos(angle)], atol=1e-5)
    np.testing.assert_allclose(np.sin(region.angles), [math.sin(angle)], atol=1e-5)


def test_a_face_is_its_box_with_level_eyes() -> None:
    points = np.random.default_rng(1).uniform(25, 65, (468, 2))
    points[0], points[1] = (10, 20), (90, 70)
    points[33], points[263] = (30, 30), (60, 60)
    region = next_regions("face", landmarks(points))
    assert region.centers.tolist() == [[50, 45]]
    assert region.sizes.tolist() == [[120, 120]]
    assert np.degrees(region.angles).tolist() == pytest.approx([45])


def test_a_body_is_the_circle_of_its_auxiliary_points() -> None:
    body = landmarks(np.zeros((33, 2)), [(50, 60), (80, 60)])
    region = next_regions("pose", body)
    assert region.centers.tolist() == [[50, 60]]
    assert region.sizes.tolist() == [[75, 75]]
    assert np.degrees(region.angles).tolist() == pytest.approx([90])
    # A net without these points cannot be followed.
    assert len(next_regions("pose", landmarks(np.zeros((33, 2))))) == 0


def test_nothing_is_followed_of_nothing() -> None:
    assert len(next_regions("face", Landmarks.empty())) == 0
