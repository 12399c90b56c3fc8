"""What a score is worth, whatever a detector's scores are like."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.tracking.score_scale import ScoreScale, quantile


def test_worth_does_not_depend_on_the_scale_of_the_scores() -> None:
    random = np.random.default_rng(0)
    plain, squeezed = ScoreScale(), ScoreScale()
    for step in range(60):
        scores = random.beta(4, 1, random.integers(0, 30))
        worth = plain.worth(scores, step * 0.1)
        again = squeezed.worth(0.25 + 0.6 * scores, step * 0.1)
        np.testing.assert_allclose(worth, again, atol=1e-9)
    many = plain.worth(np.linspace(0, 1, 101), 6.0)
    assert (np.diff(many) >= 0).all()
    assert many[0] < -0.5
    assert 0.95 < many[-1] <= 1


def test_where_all_scores_are_equal_two_are_certain() -> None:
    scale = ScoreScale()
    for step in range(2000):
        worth = scale.worth(np.full(3, 0.7), step * 0.1)
        assert (worth >= 0.5).all()
        assert (worth < 1).all()


def test_the_better_half_is_worth_something_wherever_it_lies() -> None:
    """Of a detector whose best scores are rare."""
    scale = ScoreScale()
    scores = np.append(np.linspace(0.25, 0.45, 20), 0.99)
    for step in range(100):
        worth = scale.worth(scores, step * 0.2)
    assert (worth[10:] >= 0).all()
    assert worth[0] < -0.5


def test_nothing_and_crowds() -> None:
    scale = ScoreScale()
    assert scale.worth(np.empty(0), 0.0).shape == (0,)
    first = scale.worth(np.asarray([0.9]), 0.1)
    assert 0.5 <= first[0] < 1
    many = scale.worth(np.linspace(0, 1, 5000), 5.0)
    assert (np.diff(many) >= 0).all()
    assert many.max() <= 1


def test_a_detector_that_changes_is_followed() -> None:
    scale = ScoreScale()
    for step in range(300):
        scale.worth(np.linspace(0.6, 0.9, 10), step * 0.2)
    for step in range(300, 600):
        last = scale.worth(np.linspace(0.2, 0.5, 10), step * 0.2)
    assert last[-1] > 0.9


def test_a_quantile_is_that_of_numpy_bit_for_bit() -> None:
    random = np.random.default_rng(1)
    for count in (1, 2, 3, 50, 51, 1024, *random.integers(1, 1024, 100)):
        for values in (random.random(count), random.integers(0, 9, count) / 10):
            ordered = np.sort(values)
            for share in (0.0, 0.02, 0.5, 0.98, 1.0):
                assert quantile(ordered, share) == np.quantile(values, share)
