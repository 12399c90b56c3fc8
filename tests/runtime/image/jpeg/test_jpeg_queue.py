"""Pictures leave in the order in which they came, and none is lost without a count."""

from __future__ import annotations

import time

import pytest
from edgevision.runtime.image.jpeg.decoding import DamagedPictureError
from edgevision.runtime.image.jpeg.jpeg_queue import JpegQueue
from support.mjpeg_server import jpeg


def test_pictures_come_in_order_with_the_time_of_their_last_byte():
    queue, began = JpegQueue(), time.monotonic_ns()
    queue.feed(jpeg(10) + jpeg(20)[:300])
    assert began <= queue.take()[1] <= time.monotonic_ns()
    assert queue.take() is None
    between = time.monotonic_ns()
    queue.feed(jpeg(20)[300:])
    image, stamp = queue.take()
    assert stamp >= between
    assert round(image.mean()) == 20


def test_what_breaks_off_is_raised_once():
    queue = JpegQueue()
    queue.feed(jpeg(10)[:-20] + jpeg(20) + jpeg(30)[:-20])
    queue.end()
    for _ in range(2):
        with pytest.raises(DamagedPictureError, match="breaks off"):
            queue.take()
    assert round(queue.take()[0].mean()) == 20
    assert queue.take() is None


def test_a_damaged_picture_is_taken_by_the_error():
    queue = JpegQueue()
    queue.feed(b"\xff\xd8\xff\xda\x00\x02" + bytes(50) + b"\xff\xd9" + jpeg(20))
    with pytest.raises(DamagedPictureError):
        queue.take()
    assert queue.take() is not None
