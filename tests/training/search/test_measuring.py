"""What networks cost: in turn, in time, and nothing larger than what is too slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.request import TrainRequest
from edgevision.training.search import measuring
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.measuring import Measurements
from edgevision.training.search.plan import Candidate, SearchPlan

from edgevision.errors import BudgetError, TrainingError

PLAN = SearchPlan(TrainRequest(Path("data"), Path("net.keras")), max_ms=5.0)
FOUND = [
    Candidate("cnn", "cnn", width, (side, side))
    for width in (0.5, 1.0)
    for side in (32, 64)
]


def cost(ms):
    return MeasuredLatency(
        ms=ms, invoke_ms=ms, quiet=True, reasons=(), parameters=1, int8_bytes=1
    )


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """Return a function that measures with made-up costs and tells what happened."""

    def take(costs, *, seconds=0.0, known=None):
        asked, told, kept = [], [], []

        def measure(job, *_rest, **_choices):
            asked.append(job)
            found = costs[len(asked) - 1]
            if isinstance(found, Exception):
                raise found
            return cost(found)

        monkeypatch.setattr(measuring, "measure", measure)
        made = known or Measurements()
        made.take(
            FOUND,
            PLAN,
            str(tmp_path),
            prepare=lambda request: (request.width, request.input_size[0]),
            spent=lambda: seconds * len(asked),
            keep=lambda: kept.append(len(made.costs)),
            callbacks=TrainCallbacks(
                told.append, told.append, told.append, told.append
            ),
        )
        return made, asked, told, kept

    return take


def test_every_candidate_is_measured_and_kept_in_turn(taken):
    made, asked, told, kept = taken([1, 2, 3, 4])
    assert asked == [(0.5, 32), (0.5, 64), (1.0, 32), (1.0, 64)]
    assert [made.costs[c].ms for c in FOUND] == [1, 2, 3, 4]
    assert kept == [1, 2, 3, 4]
    assert "latency is measured on synthetic pictures" in told[0]  # an empty folder
    assert not made.notes


def test_a_candidate_larger_than_one_above_the_budget_is_not_measured(taken):
    made, asked, _, _ = taken([1, 9, 3])
    assert asked == [(0.5, 32), (0.5, 64), (1.0, 32)]
    assert made.notes == {
        FOUND[1]: "above the budget",
        FOUND[3]: "larger than one above the budget",
    }


def test_half_of_the_time_is_for_measuring_but_one_network_always_is(taken):
    made, asked, told, _ = taken([1, 2, 3, 4], seconds=PLAN.max_seconds)
    assert len(asked) == 1
    assert set(made.notes.values()) == {"not measured, for want of time"}
    assert "3 candidates were not measured" in told[-1]
    assert "Pass a longer --max-time" in told[-1]


def test_a_network_that_cannot_be_built_is_said_and_the_rest_go_on(taken):
    made, asked, told, _ = taken([ValueError("too small.\nmore"), 2, 3, 4])
    assert len(asked) == 4
    assert made.notes == {FOUND[0]: "too small."}
    assert f"{FOUND[0].name}: too small." in told


def test_a_measured_candidate_is_not_measured_again(taken):
    known = Measurements({FOUND[0]: cost(1)}, {FOUND[1]: "above the budget"})
    _, asked, _, _ = taken([3, 4], known=known)
    assert asked == [(1.0, 32), (1.0, 64)]


def test_candidates_within_the_budget_come_quickest_first():
    made = Measurements({FOUND[0]: cost(4), FOUND[1]: cost(6), FOUND[2]: cost(2)})
    assert made.within(5.0, FOUND) == [FOUND[2], FOUND[0]]
    with pytest.raises(BudgetError, match=r"within 1 ms .* quickest is .* 2\.00 ms"):
        made.within(1.0, FOUND)
    with pytest.raises(TrainingError, match="None of the candidates can be built: why"):
        Measurements(notes={FOUND[0]: "why"}).within(5.0, FOUND)
