"""Time stamps of libcamera; the camera itself is tested with its source."""

from __future__ import annotations

import time

from edgevision.runtime.sources.csi.picamera2 import monotonic_of


def test_a_stamp_that_cannot_be_true_is_now():
    for stamp in (None, 5, 10**20):
        assert abs(monotonic_of(stamp) - time.monotonic_ns()) < 1e9
