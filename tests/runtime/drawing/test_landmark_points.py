"""Faces and hands as points on a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from edgevision.runtime.drawing import draw
from edgevision.runtime.drawing.landmark_points import _POINTS
from edgevision.runtime.drawing.palette import color_of_side
from edgevision.runtime.results.instance_masks import InstanceMasks
from edgevision.runtime.results.landmarks import Landmarks

F32 = np.float32


def things(points, skeleton=(), scores=None, side=100) -> Landmarks:
    array = np.asarray(points, F32)
    flat = np.dstack([array, np.zeros(array.shape[:2], F32)])
    count, most = array.shape[:2]
    corners = np.asarray([[[0, 0], [side, 0], [side, side], [0, side]]] * count, F32)
    return Landmarks(
        flat,
        np.ones(count, F32),
        ("face",) * count,
        tuple(map(str, range(most))),
        tuple(skeleton),
        corners,
        scores,
    )


def colored(picture: np.ndarray) -> set[tuple[int, int]]:
    rows, columns = np.nonzero((picture == _POINTS).all(axis=2))
    return set(zip(columns.tolist(), rows.tolist(), strict=True))


@pytest.mark.parametrize("count", [21, 468])
def test_every_point_inside_is_seen_and_none_outside_harms(count: int) -> None:
    rng = np.random.default_rng(count)
    points = rng.uniform(-40, 240, (1, count, 2))
    points[0, 0] = [np.inf, np.nan]
    points[0, 1] = [1e30, -1e30]
    picture = np.zeros((160, 200, 3), np.uint8)
    drawn = colored(draw(picture, things(points, [(0, 1), (1, 2)])))
    whole = np.rint(points[0, 2:]).astype(int)
    # The label may cover points in the upper part.
    inside = (whole >= [0, 40]).all(axis=1) & (whole < [200, 160]).all(axis=1)
    assert {(x, y) for x, y in whole[inside].tolist()} <= drawn
    assert not picture.any()


def test_a_mesh_has_squares_where_a_loop_puts_them() -> None:
    points = np.random.default_rng(0).uniform(-9, 420, (1, 300, 2))
    drawn = draw(np.zeros((400, 400, 3), np.uint8), things(points, side=5))
    side = round(float(np.ptp(points[0], axis=0).max()) / 120)
    expected = np.zeros((400, 400), bool)
    for x, y in np.rint(points[0]).astype(int).tolist():
        for row in range(y - side // 2, y - side // 2 + side):
            for column in range(x - side // 2, x - side // 2 + side):
                if 0 <= row < 400 and 0 <= column < 400:
                    expected[row, column] = True
    got = (drawn == _POINTS).all(axis=2)
    np.testing.assert_array_equal(got[60:], expected[60:])  # the label lies above


def test_points_that_cannot_be_seen_are_not_drawn() -> None:
    scores = np.asarray([[1, 0.2, 1]], F32)
    points = [[[30, 80], [60, 80], [90, 80]]]
    result = things(points, [(0, 1), (1, 2)], scores)
    drawn = draw(np.zeros((200, 200, 3), np.uint8), result)
    assert {(30, 80), (90, 80)} <= colored(drawn)
    assert not drawn[80, 40:80].any()


def test_an_outline_shows_the_region() -> None:
    drawn = draw(np.zeros((200, 200, 3), np.uint8), things([[[50, 150]] * 2]))
    assert drawn[100, 50].any()
    assert drawn[50, 100].any()
    assert not drawn[50, 50].any()


def test_a_mask_tints_its_thing() -> None:
    part = np.ones((20, 30), np.bool_)
    masks = InstanceMasks((200, 200), np.asarray([[100, 120]]), (part,))
    result = replace(things([[[50, 150]] * 2], side=5), masks=masks)
    drawn = draw(np.zeros((200, 200, 3), np.uint8), result)
    assert drawn[121:139, 101:129].any(axis=2).all()
    assert not drawn[160:].any()
    assert len(result[[0]].masks) == 1
    with pytest.raises(ValueError, match="masks must be 1, got 0"):
        replace(result, masks=masks.take([]))


def test_dots_of_a_small_thing_do_not_cover_each_other() -> None:
    # 21 points on 40 pixels of a large picture, as a far hand is.
    grid = np.stack(np.meshgrid(np.arange(5), np.arange(4)), -1).reshape(-1, 2)
    points = np.concatenate([grid * 10 + 500, [[520, 545]]])[None]
    drawn = draw(np.zeros((1080, 1920, 3), np.uint8), things(points, side=5))
    assert (
        len(colored(drawn[495:535, 495:545])) < 500
    )  # of 2000; circles for the picture's size fill it


def test_a_body_has_the_colours_of_its_sides() -> None:
    points = [[[100, 100], [200, 100], [100, 300], [200, 300]]]
    names = ("left shoulder", "right shoulder", "left hip", "right hip")
    result = replace(things(points, [(0, 2), (1, 3), (0, 1)]), labels=names)
    drawn = draw(np.zeros((400, 400, 3), np.uint8), result)
    assert tuple(drawn[200, 100]) == color_of_side("left hip")
    assert tuple(drawn[200, 200]) == color_of_side("right hip")
    assert tuple(drawn[100, 150]) == color_of_side("nose")


def test_a_label_lies_beside_the_points() -> None:
    points = [[[10, 2], [390, 2], [10, 90], [390, 90]]]
    drawn = draw(np.zeros((200, 400, 3), np.uint8), things(points, side=1))
    assert not drawn[12:80].any()
    assert drawn[91:].any()
