"""Streams that repeat a picture: usual noise, clocks, pauses, and what is kept."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.camera_watch.look import Look
from edgevision.runtime.camera_watch.stillness import Stillness

RNG = np.random.default_rng(2)
STILL = cv2.resize(RNG.integers(20, 230, (24, 32, 3)).astype(np.uint8), (160, 120))


def _grainy():
    grain = RNG.normal(0, 2, STILL.shape).round().astype(np.int16)
    return np.clip(STILL + grain, 0, 255).astype(np.uint8)


def _noisy(looks=40):
    stillness, before = Stillness(), Look(_grainy())
    for _ in range(looks):
        look = Look(_grainy())
        assert not stillness.update(look, before, 0.5)
        before = look
    return stillness, before


def _seconds_until_frozen(stillness, before, pictures, limit=60):
    for number in range(limit * 2):
        look = Look(pictures(number))
        if stillness.update(look, before, 0.5):
            return (number + 1) / 2
        before = look
    return None


def test_a_picture_that_is_repeated_bit_by_bit_is_frozen_after_5_s():
    stillness, before = _noisy()
    last = _grainy()
    assert _seconds_until_frozen(stillness, before, lambda _: last) == 5.5


def test_a_clock_in_the_frozen_picture_makes_no_difference():
    stillness, before = _noisy()
    last = _grainy()

    def with_clock(number):
        return cv2.putText(last.copy(), str(number), (5, 12), 0, 0.4, (255, 255, 255))

    assert _seconds_until_frozen(stillness, before, with_clock) < 8


def test_a_frozen_picture_that_is_compressed_again_now_and_then_is_frozen():
    stillness, before = _noisy()
    last = _grainy()

    def again(number):
        options = [cv2.IMWRITE_JPEG_QUALITY, 80 + number // 6 % 2]
        return cv2.imdecode(cv2.imencode(".jpg", last, options)[1], cv2.IMREAD_COLOR)

    assert _seconds_until_frozen(stillness, before, again) < 10


def test_without_noise_nothing_is_frozen_for_how_long_it_may_stand():
    stillness, before = Stillness(), Look(STILL)

    def moves_at_first(number):
        left = min(number, 60)
        return cv2.circle(STILL.copy(), (20 + left, 50), 9, (0, 0, 255), -1)

    assert _seconds_until_frozen(stillness, before, moves_at_first) is None
    assert not stillness.is_noisy


def test_a_long_freeze_is_not_taken_for_a_usual_pause():
    stillness, before = _noisy()
    for _ in range(2):
        last = _grainy()
        assert _seconds_until_frozen(stillness, before, lambda _, p=last: p) == 5.5
        for _number in range(200):
            stillness.update(Look(last), Look(last), 0.5)
        before = Look(last)
        for _number in range(20):
            look = Look(_grainy())
            is_frozen = stillness.update(look, before, 0.5)
            before = look
        assert not is_frozen


def test_what_is_learned_is_kept():
    stillness, _ = _noisy()
    again = Stillness.from_arrays(stillness.to_arrays())
    assert again.is_noisy
    with pytest.raises(ValueError, match="4 numbers"):
        Stillness.from_arrays({})
