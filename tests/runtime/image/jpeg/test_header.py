"""Headers of files that OpenCV and Pillow write, and of what is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg.header import read_header
from hypothesis import given
from hypothesis import strategies as st
from support.damage import encoded

PICTURE = np.zeros((30, 50, 3), np.uint8)
PLAIN = encoded(PICTURE)


@pytest.mark.parametrize(
    ("settings", "sequential", "standard"),
    [
        ((), True, True),
        ((cv2.IMWRITE_JPEG_OPTIMIZE, 1), True, False),
        ((cv2.IMWRITE_JPEG_PROGRESSIVE, 1), False, False),
        ((cv2.IMWRITE_JPEG_RST_INTERVAL, 2), True, True),
    ],
)
def test_what_the_header_says(settings, sequential, standard):
    file = encoded(PICTURE, *settings)
    header = read_header(file)
    assert (header.width, header.height) == (50, 30)
    assert header.is_sequential == sequential
    assert header.has_standard_tables == standard
    assert header.is_plain
    scan = file.find(b"\xff\xda")
    assert header.pixels_at == scan + 2 + int.from_bytes(
        file[scan + 2 : scan + 4], "big"
    )


def test_tables_that_are_left_out_are_the_standard_ones():
    tables, scan = PLAIN.find(b"\xff\xc4"), PLAIN.find(b"\xff\xda")
    assert read_header(PLAIN[:tables] + PLAIN[scan:]).has_standard_tables


def test_a_turn_and_colours_of_their_own_are_noticed():
    exif = b"\xff\xe1\x00\x08Exif\0\0"
    assert not read_header(PLAIN[:2] + exif + PLAIN[2:]).is_plain


@given(st.binary(max_size=60), st.integers(0, 640))
def test_no_bytes_are_an_error(data, cut):
    for file in (data, b"\xff\xd8" + data, PLAIN[:cut] + data):
        header = read_header(file)
        assert header is None or header.pixels_at <= len(file)
