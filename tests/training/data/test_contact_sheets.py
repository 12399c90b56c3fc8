"""What a network sees is shown in the colours that it has."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.data.contact_sheets import contact_sheet, shown


@pytest.mark.parametrize(
    ("color", "expected"),
    [("rgb", [30, 20, 10]), ("bgr", [10, 20, 30])],
)
def test_channels_come_in_opencvs_order(color, expected):
    picture = np.full((2, 3, 3), (10, 20, 30), np.uint8)
    assert shown(picture, color)[0, 0].tolist() == expected


@pytest.mark.parametrize("color", ["rgb", "bgr", "gray"])
def test_one_channel_is_gray(color):
    picture = np.full((2, 3, 1), 77, np.uint8)
    assert shown(picture, color)[1, 2].tolist() == [77, 77, 77]


def test_floats_are_rounded_and_cut():
    picture = np.array([[[-3.0], [0.6], [254.4], [300.0]]], np.float32)
    found = shown(picture)
    assert found.dtype == np.uint8
    assert found[0, :, 0].tolist() == [0, 1, 254, 255]


def test_a_sheet_has_a_row_for_every_six_pictures_and_needs_one():
    one = np.zeros((8, 8, 3), np.uint8)
    single, double = contact_sheet([one] * 6), contact_sheet([one] * 7)
    assert double.shape[0] > single.shape[0]
    assert double.shape[1] == single.shape[1]
    with pytest.raises(ValueError, match="at least one picture, got none"):
        contact_sheet([])
    with pytest.raises(ValueError, match="1 pictures and 2 words"):
        contact_sheet([one], ["a", "b"])


def test_words_of_any_bytes_are_written():
    one = np.zeros((8, 8, 3), np.uint8)
    # OpenCV ends the process for a letter that is half of a character.
    sheet = contact_sheet([one], ["caf\udce9\x1b"])
    assert (sheet != contact_sheet([one], [""])).any()
