"""Neighbours by their order along x, against a look at every two."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from edgevision.runtime.regions.visitors.neighbours import NEAR, neighbours


@pytest.mark.parametrize("seed", range(20))
def test_neighbours_are_those_of_a_look_at_every_two(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 30))
    spots = [
        (*rng.integers(0, 400, 2), rng.uniform(5, 80), k, rng.random() < 0.7, odd)
        for k, odd in enumerate(rng.random(count) < 0.1)
    ]
    expected = set()
    for a, b in combinations(spots, 2):
        way = np.hypot(float(a[0] - b[0]), float(a[1] - b[1]))
        if (a[4] or b[4]) and (a[5] or b[5] or way < NEAR * min(a[2], b[2])):
            expected.add((a[3], b[3]))
    rng.shuffle(spots)
    plain = [(*map(float, s[:3]), int(s[3]), *map(bool, s[4:])) for s in spots]
    assert set(neighbours(plain)) == expected
