"""An odd header hides no damage, and changes no pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg import DamagedPictureError, decode_jpeg
from edgevision.runtime.image.jpeg.plain_header import plain_header
from hypothesis import given
from hypothesis import strategies as st
from support.damage import DAMAGES, encoded, photo

FILE = encoded(photo(0))
SCAN = FILE.index(b"\xff\xda")
AFTER_JFIF = 20
ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"


def _with(place, value):
    return FILE[:place] + value + FILE[place + len(value) :]


def _with_adobe(transform):
    return FILE[:2] + ADOBE + bytes([transform]) + FILE[AFTER_JFIF:]


ODD = {
    "jfif 0": _with(FILE.index(b"JFIF") + 5, b"\x00"),
    "jfif 2": _with(FILE.index(b"JFIF") + 5, b"\x02"),
    "adobe 7": _with_adobe(7),
    "adobe 2": _with_adobe(2),
    "scan": _with(SCAN + 11, b"\x00\x00\x00"),
}


@pytest.mark.parametrize("kind", ODD)
def test_damage_behind_an_odd_header_is_noticed(kind):
    rng = np.random.default_rng(0)
    for _ in range(10):
        with pytest.raises(DamagedPictureError):
            decode_jpeg(DAMAGES["packet"](ODD[kind], rng))


@pytest.mark.parametrize("kind", ODD)
def test_the_pixels_are_those_of_the_file_as_it_came(kind, capfd):
    expected = cv2.imdecode(np.frombuffer(ODD[kind], np.uint8), cv2.IMREAD_COLOR)
    assert capfd.readouterr().err  # else the file is not odd
    np.testing.assert_array_equal(decode_jpeg(ODD[kind]), expected)
    assert len(plain_header(ODD[kind])) == len(ODD[kind])


@pytest.mark.parametrize("options", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)])
def test_a_usual_file_is_returned_itself(options):
    file = encoded(photo(1), *options)
    assert plain_header(file) is file
    rgb = FILE[:2] + ADOBE + b"\x00" + FILE[AFTER_JFIF:]
    assert plain_header(rgb) is rgb


@given(st.data())
def test_any_bytes_keep_their_length(data):
    start = data.draw(st.integers(0, SCAN + 14))
    tail = data.draw(st.binary(max_size=60))
    file = FILE[:start] + tail
    assert len(plain_header(file)) == len(file)
