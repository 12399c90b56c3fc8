"""The best picture of an event: planted worse ones never win."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.clips.best_picture import (
    BestPicture,
    Sighting,
    quality,
    sharpness,
)
from edgevision.runtime.frame import Frame
from edgevision.runtime.late_frame import LateFrame, LatePicture


def _scene(box, blur=0.0):
    """Return a gray picture of 320x240 with a checkered object."""
    image = np.full((240, 320, 3), 90, np.uint8)
    x1, y1, x2, y2 = box
    tiles = (np.add.outer(np.arange(y2 - y1) // 9, np.arange(x2 - x1) // 9) % 2) * 160
    image[y1:y2, x1:x2] = (40 + tiles)[:, :, np.newaxis]
    if blur:
        image = cv2.GaussianBlur(image, (0, 0), blur)
    return Frame(image, 0, 0, "cam", None, 1.0)


GOOD = (100, 60, 220, 200)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((GOOD, 0.9, 4.0), id="blurred"),
        pytest.param((GOOD, 0.5, 0.0), id="unsure"),
        pytest.param(((100, 60, 140, 110), 0.9, 0.0), id="small"),
        pytest.param(((0, 60, 120, 200), 0.9, 0.0), id="cut off at the edge"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_the_better_picture_wins_in_either_order(other, is_first):
    shots = [(GOOD, 0.9, 0.0), other]
    best = BestPicture()
    for box, score, blur in shots if is_first else shots[::-1]:
        sighting = Sighting(score, tuple(map(float, box)), "cat")
        best.look(_scene(box, blur), 5.0, sighting)
    assert best.shot.sighting.box == GOOD
    assert best.shot.sighting.score == 0.9
    clear = sharpness(_scene(GOOD).image, GOOD)
    assert best.shot.sharpness == pytest.approx(clear)
    image = cv2.imdecode(np.frombuffer(best.shot.jpeg, np.uint8), 1)
    assert np.abs(image.astype(int) - _scene(GOOD).image).mean() < 4


def test_quality_is_the_product_that_its_docstring_states():
    sighting = Sighting(0.8, (10.0, 10.0, 42.0, 26.0))
    # sqrt(sqrt(32 * 16 / (64 * 32))) = sqrt(0.5); 300 / (300 + 100) = 0.75
    assert quality(sighting, (64, 32), 300.0) == pytest.approx(0.8 * 0.75 * 0.5**0.5)
    cut = Sighting(0.8, (0.0, 10.0, 32.0, 26.0))
    assert quality(cut, (64, 32), 300.0) == pytest.approx(0.48 * 0.75 * 0.5**0.5)
    assert quality(Sighting(0.5), (64, 32), 100.0) == 0.25


def test_a_box_outside_of_the_picture_is_worth_nothing():
    image = _scene(GOOD).image
    assert sharpness(image, (400.0, 10.0, 500.0, 60.0)) == 0.0
    assert quality(Sighting(1.0, (400.0, 10.0, 500.0, 60.0)), (320, 240), 50.0) == 0.0


def test_of_a_late_frame_nothing_is_decoded_where_its_file_may_be_kept():
    whole = _scene(GOOD).image
    small = np.ascontiguousarray(whole[::2, ::2])

    def never():
        raise AssertionError("decoded")

    late = LateFrame(LatePicture(small, 2, never, jpeg=b"file"), 0, 0, "cam", None, 1.0)
    best = BestPicture()
    best.look(late, 5.0, Sighting(0.9, tuple(map(float, GOOD))), b"file")
    assert best.shot.jpeg == b"file"
    half = tuple(value / 2 for value in GOOD)
    assert best.shot.sharpness == pytest.approx(sharpness(small, half))
