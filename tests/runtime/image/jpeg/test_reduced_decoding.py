"""Pictures are decoded no larger than asked, and never where the map is not exact."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg.decoding import DamagedPictureError, decode_jpeg
from edgevision.runtime.image.jpeg.reduced_decoding import ReducedDecoding
from edgevision.runtime.late_frame import LatePicture
from hypothesis import given
from hypothesis import strategies as st
from support.damage import DAMAGES, encoded, flipped, photo

sides = st.integers(1, 5000)


def _with(rule):
    reduction = ReducedDecoding()
    reduction.rule = rule
    return reduction


@given(sides, sides, st.integers(-3, 40))
def test_the_scale_divides_the_size_and_is_the_largest_that_the_rule_allows(
    width, height, most
):
    scale = _with(lambda _w, _h: most).scale(width, height)
    usable = [
        one
        for one in (1, 2, 4, 8)
        if width % one == 0 and height % one == 0 and (one <= most or one == 1)
    ]
    assert scale == max(usable)


def test_without_a_rule_a_picture_is_whole():
    file = encoded(photo(0))
    np.testing.assert_array_equal(ReducedDecoding().decode(file), decode_jpeg(file))


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_a_small_picture_is_the_mean_of_the_full_one(scale):
    file = encoded(photo(1))
    reduction = _with(lambda _w, _h: scale)
    picture = reduction.decode(file)
    assert isinstance(picture, LatePicture)
    assert (picture.scale, picture.size) == (scale, (320, 240))
    assert reduction.used == scale
    whole = picture.whole()
    np.testing.assert_array_equal(whole, decode_jpeg(file))
    size = (320 // scale, 240 // scale)
    mean = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    # libjpeg leaves out high frequencies, which is nearly the mean of the square.
    assert np.abs(picture.small.astype(int) - mean).mean() < 2.5


def test_odd_sizes_are_whole():
    assert isinstance(
        _with(lambda _w, _h: 8).decode(encoded(photo(1, size=(321, 240)))), np.ndarray
    )


def _turned_by_exif(file):
    """Return a file that asks to be turned by a quarter (orientation 6)."""
    tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    body = b"Exif\0\0" + tiff
    return file[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + file[2:]


def test_a_file_that_is_turned_has_the_turned_size():
    file = _turned_by_exif(encoded(photo(2)))
    picture = _with(lambda _w, _h: 2).decode(file)
    assert picture.size == (240, 320)
    assert picture.whole().shape == (320, 240, 3)
    # The rule is asked for the turned size as well: here only a wide one may be small.
    whole = _with(lambda w, h: 2 if w > h else 1).decode(file)
    assert isinstance(whole, np.ndarray)
    assert whole.shape == (320, 240, 3)


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_noticed_at_every_scale(kind):
    rng = np.random.default_rng(0)
    for scale in (2, 4, 8):
        with pytest.raises(DamagedPictureError):
            _with(lambda _w, _h, s=scale: s).decode(
                DAMAGES[kind](encoded(photo(scale)), rng)
            )


def test_a_picture_that_passed_small_passes_whole():
    """The codes are read the same way at every scale."""
    rng = np.random.default_rng(0)
    reduction, passed = _with(lambda _w, _h: 4), 0
    for number in range(100):
        file = flipped(encoded(photo(number % 5)), rng, 2)
        try:
            picture = reduction.decode(file)
        except DamagedPictureError:
            continue
        passed += picture.whole().shape == (240, 320, 3)
    assert passed > 20


def test_files_are_decoded_small_or_left_to_others():
    reduction, good = _with(lambda _w, _h: 2), encoded(photo(0))
    assert reduction.reduced(good).scale == 2
    damaged = DAMAGES["packet"](good, np.random.default_rng(0))
    png = cv2.imencode(".png", photo(0))[1].tobytes()
    for other in (good[:3000], damaged, png, b""):
        assert reduction.reduced(other) is None
    assert ReducedDecoding().reduced(good) is None
