"""The full picture is there when it is asked for, and is decoded at most once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from edgevision.runtime.frame import Frame
from edgevision.runtime.late_frame import LateFrame, LatePicture, frame_of

SMALL = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def _picture(asked, scale=2):
    def whole():
        asked.append(1)
        return SMALL.repeat(scale, axis=0).repeat(scale, axis=1)

    return LatePicture(SMALL, scale, whole)


def test_size_and_view_ask_for_nothing_and_the_image_is_decoded_once():
    asked = []
    frame = frame_of((_picture(asked), 7), 3, "cam", 1.5)
    assert isinstance(frame, Frame)
    assert (frame.timestamp_ns, frame.index, frame.source) == (7, 3, "cam")
    assert (frame.details, frame.position_s) == (None, 1.5)
    assert frame.size == (12, 8)
    assert frame.view[0] is SMALL
    assert frame.view[1] == 2
    assert asked == []
    assert frame.image.shape == (8, 12, 3)
    assert frame.image is frame.image
    assert asked == [1]


def test_a_plain_picture_makes_a_plain_frame():
    frame = frame_of((SMALL, 7), 3, "cam")
    assert type(frame) is Frame
    assert frame.size == (6, 4)
    assert frame.view == (frame.image, 1)


def test_it_is_as_frozen_as_any_frame():
    frame = LateFrame(_picture([]), 7)
    with pytest.raises(FrozenInstanceError):
        frame.index = 4
    assert "small=" in repr(frame.picture)


def test_a_change_is_made_in_both_sizes_and_in_one_only_when_asked():
    asked = []
    turned = _picture(asked).changed(lambda image: np.rot90(image))
    assert turned.size == (8, 12)
    assert asked == []
    np.testing.assert_array_equal(turned.whole()[::2, ::2], turned.small)
