"""What a killed search left is read as it was written, or refused."""

from __future__ import annotations

import math

import pytest
from edgevision.training.search.halving import Progress, Standing
from edgevision.training.search.latency import MeasuredLatency
from edgevision.training.search.state import SearchFolder, SearchState

from edgevision.errors import OutputExistsError, TrainingError

PLAN = {"max_ms": 5.0, "archs": ("cnn",)}
STATE = SearchState(
    12.5,
    {"cnn": MeasuredLatency(1.0, 0.5, 1000, 99, False, ("busy",), {"threads": 1})},
    {"large": "above the budget"},
    Progress(1, ("cnn",), {"cnn": Standing(0.5, 3.0, 1), "bad": Standing(-math.inf)}),
)


@pytest.fixture
def folder(tmp_path):
    found = SearchFolder(tmp_path / "net.search")
    found.make()
    found.begin(PLAN)
    return found


@pytest.mark.parametrize("state", [STATE, SearchState()])
def test_a_state_comes_back_as_it_was(folder, state):
    folder.write(state)
    assert folder.take_up(PLAN) == state


def test_a_damaged_state_or_another_search_is_refused(folder, tmp_path):
    folder.write(STATE)
    with pytest.raises(TrainingError, match=r"its max ms was 5\.0 and is now 6\.0"):
        folder.take_up({**PLAN, "max_ms": 6.0})
    for text in ("", "{}", "[]", '{"seconds": 1, "costs": {"a": {}}, "notes": {}}'):
        (tmp_path / "net.search" / "search.json").write_text(text)
        with pytest.raises(TrainingError, match=r"search\.json is damaged"):
            folder.take_up(PLAN)


def test_going_on_or_beginning_anew_must_be_asked_for(folder):
    folder.check(resume=False, force=False)
    with pytest.raises(TrainingError, match="nothing to go on with"):
        folder.check(resume=True, force=False)
    folder.write(STATE)
    with pytest.raises(OutputExistsError, match="--resume to go on"):
        folder.check(resume=False, force=False)
    folder.check(resume=True, force=False)
    folder.check(resume=False, force=True)
    folder.remove()
    folder.check(resume=False, force=False)
