"""Which frames become JPEGs, and how large."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.clips.ring import FrameEncoder, Pace


@pytest.mark.parametrize("fps", [1.0, 7.5, 10.0, 25.0])
@pytest.mark.parametrize("rate", [2.0, 12.5, 30.0, 60.0])
@pytest.mark.parametrize("jitter", [0.0, 0.2])
def test_a_pace_is_kept_at_any_rate_and_with_jitter(rate, fps, jitter):
    numbers = np.arange(round(20 * rate))
    moved = np.random.default_rng(3).uniform(-jitter, jitter, len(numbers))
    pace = Pace(fps)
    kept = [time_s for time_s in ((numbers + moved) / rate) if pace.is_due(time_s)]
    most = 20 * min(rate, fps)
    assert 0.95 * most - 1 <= len(kept) <= most + 1


def test_a_pause_is_not_made_up_for_and_a_clock_that_goes_back_begins_anew():
    pace = Pace(10.0)
    stamps = [0.0, 0.1, *(60 + n / 100 for n in range(21)), 5.0, 5.05, 5.1]
    kept = [time_s for time_s in stamps if pace.is_due(time_s)]
    assert kept == [0.0, 0.1, 60.0, 60.1, 60.2, 5.0, 5.1]


def test_without_a_pace_all_are_kept():
    pace = Pace(0.0)
    assert all(pace.is_due(time_s) for time_s in (0.0, 0.0, 1e-9, 5.0))


@pytest.mark.parametrize(
    ("size", "width", "expected"),
    [
        ((64, 48), 0, (64, 48)),
        ((64, 48), 64, (64, 48)),
        ((64, 48), 48, (48, 36)),
        ((64, 48), 16, (16, 12)),
    ],
)
def test_a_picture_is_no_wider_than_asked(size, width, expected):
    ramp = np.linspace(0, 255, size[0]).astype(np.uint8)
    image = np.tile(ramp[:, np.newaxis], (size[1], 1, 3))
    encoder = FrameEncoder(width, 90)
    jpeg = np.frombuffer(encoder.encode(image), np.uint8)
    shown = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert shown.shape[1::-1] == expected
    ramp = np.linspace(0, 255, expected[0])
    assert np.abs(shown.astype(float).mean((0, 2)) - ramp).max() < 12
    assert encoder.encoded == 1
