"""What a score is worth, whatever a detector's scores are like."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.tracking.score_rank import ScoreRank


def test_ranks_do_not_depend_on_the_scale_of_the_scores() -> None:
    random = np.random.default_rng(0)
    plain, squeezed = ScoreRank(), ScoreRank()
    for step in range(60):
        scores = random.random(random.integers(0, 30))
        ranks = plain.rank(scores, step * 0.1)
        again = squeezed.rank(0.2 + 0.3 * scores**3, step * 0.1)
        np.testing.assert_array_equal(ranks, again)
    even = plain.rank(np.linspace(0, 1, 11), 6.0)
    np.testing.assert_allclose(even, np.linspace(0, 1, 11), atol=0.06)


def test_equal_scores_are_all_in_the_middle() -> None:
    ranks = ScoreRank()
    for step in range(2000):
        assert ranks.rank(np.full(3, 0.7), step * 0.1).tolist() == [0.5] * 3


def test_nothing_and_crowds() -> None:
    ranks = ScoreRank()
    assert ranks.rank(np.empty(0), 0.0).shape == (0,)
    assert ranks.rank(np.asarray([0.9]), 0.1).tolist() == [0.5]
    many = ranks.rank(np.linspace(0, 1, 5000), 5.0)
    assert (np.diff(many) >= 0).all()
    assert many.min() >= 0
    assert many.max() <= 1


def test_a_detector_that_changes_is_followed() -> None:
    ranks = ScoreRank()
    for step in range(300):
        ranks.rank(np.linspace(0.6, 0.9, 10), step * 0.2)
    for step in range(300, 600):
        last = ranks.rank(np.linspace(0.2, 0.5, 10), step * 0.2)
    assert last[-1] > 0.9
