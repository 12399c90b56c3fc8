"""The table: what is on the front, and what is written down of it."""

from __future__ import annotations

import csv
import io
import math

from edgevision.training.search.halving import Standing
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.plan import Candidate
from edgevision.training.search.table import Row, pareto, to_csv
from hypothesis import given
from hypothesis import strategies as st

WHERE = {
    "threads": 1,
    "backend": "fake 1.0",
    "board": "a board",
    "processor": "armv8",
    "source": "photos",
}


def row(name, ms, score, **more):
    cost = None if ms is None else MeasuredLatency(ms, ms / 2, 2048, 1234, where=WHERE)
    standing = None if score is None else Standing(score, 3.0, 1)
    return Row(Candidate(name, name, 0.5, (64, 48)), cost, standing, **more)


def test_the_front_holds_candidates_that_no_other_beats():
    points = [(1.0, 0.5), (2.0, 0.9), (2.0, 0.8), (3.0, 0.9), (1.0, 0.5)]
    assert pareto(points) == [True, True, False, False, True]
    assert pareto([]) == []


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9)
)
def test_the_front_is_never_empty_and_dominates_the_rest(points):
    marks = pareto(points)
    front = [p for p, mark in zip(points, marks, strict=True) if mark]
    assert min(points)[0] == min(p[0] for p in front)
    assert max(p[1] for p in points) == max(p[1] for p in front)
    for point, mark in zip(points, marks, strict=True):
        if not mark:
            assert any(a <= point[0] and b >= point[1] for a, b in front)


def test_the_csv_reads_back_and_a_loss_has_its_own_sign():
    rows = [row("a", 1.0, -0.25), row("b", None, None), row("c", 1.0, -math.inf)]
    found = list(csv.DictReader(io.StringIO(to_csv(rows, "loss", -1.0))))
    assert [line["loss"] for line in found] == ["0.25", "", ""]
    assert found[0]["int8_bytes"] == "2048"
    assert found[1]["latency_ms"] == ""
