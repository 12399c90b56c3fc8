"""Pairs of least cost: against every possible set of pairs."""

from __future__ import annotations

import itertools

import numpy as np
from edgevision.runtime.tracking.assignment import assign
from hypothesis import given, settings
from hypothesis import strategies as st

COST = st.one_of(
    st.sampled_from([0.0, 0.25, 0.5, 0.75, np.inf]), st.floats(0, 2, width=32)
)
TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(COST, min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def _least(gain: np.ndarray) -> float:
    """Return the least sum of gains, by trying every set of pairs."""
    if gain.shape[0] > gain.shape[1]:
        gain = gain.T
    rows = range(gain.shape[0])
    return min(
        sum(gain[row, column] for row, column in zip(rows, columns, strict=True))
        for columns in itertools.permutations(range(gain.shape[1]), len(rows))
    )


@settings(max_examples=300, deadline=None)
@given(TABLES, st.sampled_from([0.25, 0.6, 1.0, 2.5]))
def test_no_set_of_pairs_is_better(table: list[list[float]], limit: float) -> None:
    cost = np.asarray(table)
    rows, columns = assign(cost, limit)
    assert len(set(rows.tolist())) == len(set(columns.tolist())) == len(rows)
    assert (cost[rows, columns] < limit).all()
    total = (cost[rows, columns] - limit).sum()
    np.testing.assert_allclose(total, _least(np.minimum(cost - limit, 0)), atol=1e-9)


def test_a_chain_of_choices_is_solved_as_a_whole() -> None:
    """The cheapest pair first would leave the others without one."""
    cost = np.full((40, 40), np.inf)
    places = np.arange(39)
    cost[places, places + 1] = 0.19
    cost[places, places] = cost[39, 39] = 0.2
    rows, columns = assign(cost, 1.0)
    assert len(rows) == 40
    assert (rows == columns).all()


def test_nothing_to_pair() -> None:
    for shape in ((0, 3), (3, 0), (2, 2)):
        rows, columns = assign(np.full(shape, np.inf), 1.0)
        assert len(rows) == len(columns) == 0
