"""The table of a search, as a terminal shows it."""

from __future__ import annotations

import types

from edgevision.training.search.halving import Standing
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.plan import Candidate
from edgevision.training.search.table import Row

from edgevision.cli.reports import search_lines

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


def test_the_text_says_which_machine_and_marks_what_was_disturbed():
    busy = MeasuredLatency(
        4.0, 3.0, 4096, 99, quiet=False, reasons=("busy",), where=WHERE
    )
    rows = [
        row("cnn", 1.5, 0.875, chosen=True, pareto=True),
        Row(Candidate("big", "big", 1.0, (64, 64)), busy, None, "above the budget"),
        row("huge", None, None, note="larger than one above the budget"),
    ]
    lines = search_lines(
        types.SimpleNamespace(rows=rows, metric="accuracy", where=WHERE, sign=1.0)
    )
    assert len({len(line.rstrip()) for line in lines}) > 1
    assert lines[1].split() == [
        *(">", "cnn", "64x48", "0.5", "1.50", "1,234", "2", "87.5%", "3", "s")
    ]
    assert "4.00?" in lines[2]
    assert lines[2].endswith("above the budget")
    assert lines[3].endswith("larger than one above the budget")
    assert "the machine was not quiet" in lines[4]
    assert "1 thread, fake 1.0, a board (armv8)" in lines[5]
