"""The filter, against the textbook's matrices."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.regions.visitors.motion import Motion


def _textbook(places, size):
    """Return state and covariance of one axis after places at times, in matrices."""
    (time_s, place), *rest = places
    state = np.asarray([place, 0.0])
    noise = (0.7 * size) ** 2
    covariance = np.diag([(0.05 * size) ** 2, (2.0 * size) ** 2])
    for when, place in rest:
        step, time_s = when - time_s, when
        turn = np.asarray([[1.0, step], [0.0, 1.0]])
        added = noise * np.asarray([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
        state, covariance = turn @ state, turn @ covariance @ turn.T + added
        gain = covariance[:, 0] / (covariance[0, 0] + (0.05 * size) ** 2)
        state = state + gain * (place - state[0])
        covariance = covariance - np.outer(gain, covariance[0])
    return state, covariance


def test_a_filter_of_scalars_is_the_filter_of_matrices():
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.03, 0.5, 20))
    xs, ys = 40 * times + rng.normal(0, 2, 20), 30 - 10 * times
    motion = Motion(xs[0], ys[0], 50.0, 4.0, times[0])
    for x, y, time_s in list(zip(xs, ys, times, strict=True))[1:]:
        expected, variance = motion.error(x, y, time_s)
        off = np.hypot(x - motion.place(time_s)[0], y - motion.place(time_s)[1])
        assert expected == pytest.approx(off**2 / variance)
        motion.move(x, y, 50.0, 4.0, time_s)
    state, covariance = _textbook(list(zip(times, xs, strict=True)), 50.0)
    assert (motion.x, motion.speed_x) == pytest.approx(tuple(state))
    values = (motion.places, motion.both, motion.speeds)
    assert values == pytest.approx(tuple(covariance[[0, 0, 1], [0, 1, 1]]))
    assert motion.speed_y == pytest.approx(-10, abs=0.5)


def test_a_place_is_less_of_a_surprise_after_a_longer_time():
    motion = Motion(0.0, 0.0, 50.0, 4.0, 0.0)
    for k in range(1, 11):
        motion.move(5.0 * k, 0.0, 50.0, 4.0, 0.1 * k)
    ahead = motion.place(1.5)
    assert ahead == pytest.approx((75.0, 0.0), abs=2)
    assert motion.error(95, 0, 1.1)[0] > motion.error(115, 0, 1.5)[0]
    assert motion.likelihood(75, 0, 4.0, 1.5) > motion.likelihood(25, 0, 4.0, 1.5)
    assert motion.likelihood(75, 0, 4.0, 1.5) > motion.likelihood(75, 0, 4.3, 1.5)
