"""The map: each second at its place, and a picture that shows where."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.heat_map import HeatGrid

SCENE = np.full((270, 480, 3), 90, np.uint8)


def test_seconds_are_added_in_the_cell_of_their_place():
    grid = HeatGrid()
    grid.add(np.asarray([[0.5, 0.5], [0.5, 0.5], [0.0, 0.999]]), 0.25)
    # The edge of the frame, and what lies outside of it, is in the last cell.
    grid.add(np.asarray([[1.0, 1.0], [7.0, -3.0]]), 1.0)
    assert grid.seconds.sum() == 2.75
    assert grid.seconds[27, 48] == 0.5
    assert grid.seconds[53, 0] == 0.25
    assert grid.seconds[53, 95] == 1.0
    assert grid.seconds[0, 95] == 1.0


def test_the_picture_is_bright_where_it_was_long_and_untouched_where_never():
    grid = HeatGrid()
    grid.add(np.asarray([[0.25, 0.5]]), 100.0)
    grid.add(np.asarray([[0.75, 0.5]]), 10.0)
    picture = grid.picture(SCENE)
    assert picture.shape == SCENE.shape
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(int)
    assert gray[135, 122] > 150 > gray[135, 362]
    assert (picture[135, 362] != 90).all()
    assert (picture[:60] == 90).all()
    assert (picture[:, 220:260] == 90).all()
    assert (SCENE == 90).all()


def test_an_empty_map_is_the_scene_with_its_scale():
    picture = HeatGrid().picture(SCENE)
    assert (picture[:230] == SCENE[:230]).all()
    assert (picture[230:] != SCENE[230:]).any()
    tiny = np.full((16, 16, 3), 90, np.uint8)
    assert (HeatGrid().picture(tiny) == tiny).all()


def test_what_is_no_map_is_refused():
    with pytest.raises(ValueError, match=r"\(54, 96\) finite numbers, got \(3, 3\)"):
        HeatGrid(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="finite numbers"):
        HeatGrid(np.full((54, 96), np.nan))
