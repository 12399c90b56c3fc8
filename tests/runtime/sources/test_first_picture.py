"""A camera opens with its first whole picture, and owns up to the damaged ones."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.image.jpeg import DamagedPictureError
from edgevision.runtime.late_frame import LatePicture
from edgevision.runtime.sources.first_picture import AllDamagedError, FirstPicture

from edgevision.errors import SourceError

WHOLE = np.zeros((4, 6, 3), np.uint8)


def camera(*answers):
    """Return a function that gives or raises one answer after the other."""
    waiting = iter(answers)

    def read():
        answer = next(waiting)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return read


@pytest.mark.parametrize("damaged", [0, 1, 3])
def test_each_damaged_picture_is_told_before_the_first_whole_one(damaged):
    broken = [DamagedPictureError("x") for _ in range(damaged)]
    first = FirstPicture(camera(*broken, (WHOLE, 7)), tries=4)
    assert first.size == (6, 4)
    for _ in range(damaged):
        with pytest.raises(DamagedPictureError, match="before the first whole picture"):
            first.take()
    assert first.take() == (WHOLE, 7)
    assert first.take() is None


def test_the_size_is_that_of_the_whole_picture_and_nothing_is_decoded():
    def decode():
        raise AssertionError("nobody asked for it")

    first = FirstPicture(camera((LatePicture(WHOLE, 4, decode), 7)))
    assert first.size == (24, 16)


def test_a_camera_without_a_whole_picture_is_an_error():
    broken = [DamagedPictureError("x") for _ in range(3)]
    with pytest.raises(AllDamagedError, match="its pictures arrive damaged, all of"):
        FirstPicture(camera(*broken, (WHOLE, 7)), tries=3)


def test_what_else_goes_wrong_travels_on():
    with pytest.raises(SourceError, match="unplugged") as caught:
        FirstPicture(camera(DamagedPictureError("x"), SourceError("unplugged")))
    assert not isinstance(caught.value, AllDamagedError)
