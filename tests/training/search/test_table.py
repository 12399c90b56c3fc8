"""The table: what is on the front, and what is written down of it."""

from __future__ import annotations

import csv
import io
import math

from edgevision.training.search.halving import Standing
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.plan import Candidate
from edgevision.training.search.table import Row, pareto, text_lines, to_csv
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


def test_only_what_nothing_beats_is_on_the_front():
    points = [(1.0, 0.5), (2.0, 0.9), (2.0, 0.8), (3.0, 0.9), (1.0, 0.5)]
    assert pareto(points) == [True, True, False, False, True]
    assert pareto([]) == []


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9)
)
def test_something_is_always_on_the_front_and_it_dominates_the_rest(points):
    marks = pareto(points)
    front = [p for p, mark in zip(points, marks, strict=True) if mark]
    assert min(points)[0] == min(p[0] for p in front)
    assert max(p[1] for p in points) == max(p[1] for p in front)
    for point, mark in zip(points, marks, strict=True):
        if not mark:
            assert any(a <= point[0] and b >= point[1] for a, b in front)


def test_the_text_says_which_machine_and_marks_what_was_disturbed():
    busy = MeasuredLatency(
        4.0, 3.0, 4096, 99, quiet=False, reasons=("busy",), where=WHERE
    )
    rows = [
        row("cnn", 1.5, 0.875, chosen=True, pareto=True),
        Row(Candidate("big", "big", 1.0, (64, 64)), busy, None, "above the budget"),
        row("huge", None, None, note="larger than one above the budget"),
    ]
    lines = text_lines(rows, "accuracy", WHERE)
    assert len({len(line.rstrip()) for line in lines}) > 1
    assert lines[1].split() == [
        *(">", "cnn", "64x48", "0.5", "1.50", "1,234", "2", "87.5%", "3", "s")
    ]
    assert "4.00?" in lines[2]
    assert lines[2].endswith("above the budget")
    assert lines[3].endswith("larger than one above the budget")
    assert "the machine was not quiet" in lines[4]
    assert "1 thread, fake 1.0, a board (armv8)" in lines[5]


def test_the_csv_reads_back_and_a_loss_has_its_own_sign():
    rows = [row("a", 1.0, -0.25), row("b", None, None), row("c", 1.0, -math.inf)]
    found = list(csv.DictReader(io.StringIO(to_csv(rows, "loss", -1.0))))
    assert [line["loss"] for line in found] == ["0.25", "", ""]
    assert found[0]["int8_bytes"] == "2048"
    assert found[1]["latency_ms"] == ""
