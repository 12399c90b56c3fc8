"""The filter of boxes: against one in plain Python, number by number."""

from __future__ import annotations

import math

import numpy as np
from edgevision.runtime.tracking import motion
from hypothesis import given, settings
from hypothesis import strategies as st

_PARTS = 60


class _Scalar:
    """A Kalman filter of one value and its velocity, as a textbook writes it."""

    def __init__(self, value: float, height: float, kind: int) -> None:
        self.kind, self.height = kind, height
        self.x = [value, 0.0]
        self.p = [
            [(motion.DETECTOR[kind] * height) ** 2, 0.0],
            [0.0, (motion.FIRST_SPEED[kind] * height) ** 2],
        ]

    def predict(self, t: float, height: float) -> None:
        tau = motion.DECAY_S[self.kind]
        a = math.exp(-t / tau)
        f = [[1.0, tau * (1 - a)], [0.0, a]]
        q = (motion.NOISE[self.kind] * height) ** 2
        # What white noise adds in a short time, summed over many of them.
        noise = [[0.0, 0.0], [0.0, 0.0]]
        for part in range(_PARTS):
            left = t * (part + 0.5) / _PARTS
            fade = math.exp(-left / tau)
            push = (tau * (1 - fade), fade)
            for i in (0, 1):
                for j in (0, 1):
                    noise[i][j] += q * push[i] * push[j] * t / _PARTS
        self.x = [sum(f[i][k] * self.x[k] for k in (0, 1)) for i in (0, 1)]
        self.p = [
            [
                sum(f[i][k] * self.p[k][m] * f[j][m] for k in (0, 1) for m in (0, 1))
                + noise[i][j]
                for j in (0, 1)
            ]
            for i in (0, 1)
        ]

    def correct(self, seen: float, height: float) -> None:
        s = self.p[0][0] + (motion.DETECTOR[self.kind] * height) ** 2
        k = [self.p[0][0] / s, self.p[1][0] / s]
        y = seen - self.x[0]
        self.x = [self.x[i] + k[i] * y for i in (0, 1)]
        self.p = [[self.p[i][j] - k[i] * self.p[0][j] for j in (0, 1)] for i in (0, 1)]


STEPS = st.lists(
    st.tuples(
        st.floats(0.01, 1.5),
        st.lists(st.floats(30, 600), min_size=4, max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(30, 600), min_size=4, max_size=4), STEPS)
def test_it_is_four_scalar_filters(first: list[float], steps: list) -> None:
    box = np.asarray([first, [1.0, 2.0, 3.0, 4.0]])
    velocity = np.zeros((2, 4))
    covariance = motion.first_covariance(box[:, 3])
    oracle = [_Scalar(value, first[3], i // 2) for i, value in enumerate(first)]
    for passed_s, seen, is_seen in steps:
        height = box[0, 3]
        box, velocity, covariance = motion.predict(box, velocity, covariance, passed_s)
        for one in oracle:
            one.predict(passed_s, height)
        if (box[0, 2:] <= 1).any():
            return  # held at a pixel, which the textbook does not know
        if is_seen:
            both = np.asarray([seen, box[1]])
            box, velocity, covariance = motion.correct(box, velocity, covariance, both)
            for one, value in zip(oracle, seen, strict=True):
                one.correct(value, seen[3])
    np.testing.assert_allclose(box[0], [one.x[0] for one in oracle], rtol=2e-3)
    np.testing.assert_allclose(
        velocity[0], [one.x[1] for one in oracle], rtol=5e-3, atol=0.05
    )
    for kind in (0, 1):
        p = oracle[2 * kind].p
        expected = [p[0][0], p[0][1], p[1][1]]
        np.testing.assert_allclose(covariance[0, :, kind], expected, rtol=2e-3)


def test_a_steady_walk_is_predicted() -> None:
    box = np.asarray([[100.0, 100.0, 20.0, 50.0]])
    velocity, covariance = np.zeros((1, 4)), motion.first_covariance(box[:, 3])
    for step in range(1, 30):
        box, velocity, covariance = motion.predict(box, velocity, covariance, 0.1)
        seen = np.asarray([[100.0 + 4 * step, 100.0, 20.0, 50.0]])
        box, velocity, covariance = motion.correct(box, velocity, covariance, seen)
    assert abs(velocity[0, 0] - 40) < 3
    later, _, _ = motion.predict(box, velocity, covariance, 0.5)
    assert abs(later[0, 0] - (100 + 4 * 34)) < 3


def test_two_small_steps_are_one_large_step() -> None:
    """What is believed must not depend on how often it is asked."""
    box = np.asarray([[100.0, 80.0, 20.0, 50.0]])
    velocity = np.asarray([[30.0, -5.0, 0.0, 0.0]])
    covariance = motion.first_covariance(box[:, 3])
    once = motion.predict(box, velocity, covariance, 0.4)
    twice = motion.predict(*motion.predict(box, velocity, covariance, 0.2), 0.2)
    np.testing.assert_allclose(once[0], twice[0])
    np.testing.assert_allclose(once[1], twice[1])
    np.testing.assert_allclose(once[2], twice[2])
