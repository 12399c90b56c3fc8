"""Candidates: sizes that networks can halve, and names that are file names."""

from __future__ import annotations

from pathlib import Path

import pytest
from edgevision.training.request import TrainRequest
from edgevision.training.search.plan import Candidate, SearchPlan, usual_sizes

REQUEST = TrainRequest(Path("photos"), Path("net.keras"))


@pytest.mark.parametrize(
    ("own", "sizes"),
    [
        ((64, 64), ((32, 32), (48, 48), (64, 64))),
        ((224, 224), ((112, 112), (160, 160), (224, 224))),  # 168 lies between
        ((192, 96), ((96, 48), (144, 64), (192, 96))),
        ((16, 16), ((16, 16),)),
        ((10, 10), ((10, 10),)),
    ],
)
def test_sizes_are_parts_of_the_network_s_own(own, sizes):
    assert usual_sizes(own) == sizes


def test_a_candidate_names_a_folder_and_a_training_of_its_own():
    plan = SearchPlan(REQUEST, 5.0)
    one = Candidate("net (a/b.h5)", None, 0.5, (32, 24))
    assert one.name == "net (a/b.h5) 32x24 width 0.5"
    assert "/" not in one.folder
    request = one.request(plan)
    assert request.output.parent == Path("net.search")
    assert (request.arch, request.width, request.input_size) == (None, 0.5, (32, 24))


def test_a_candidate_is_within_another_of_its_kind_that_is_nowhere_smaller():
    middle = Candidate("cnn", "cnn", 0.5, (48, 48))
    assert middle.within(Candidate("cnn", "cnn", 1.0, (48, 64)))
    assert middle.within(middle)
    assert not middle.within(Candidate("cnn", "cnn", 0.25, (64, 64)))
    assert not middle.within(Candidate("cnn", "cnn", 1.0, (32, 64)))
    assert not middle.within(Candidate("other", "other", 1.0, (64, 64)))


def test_a_network_from_a_file_keeps_its_width():
    assert SearchPlan(REQUEST, 5.0).tried_widths == (0.25, 0.5, 1.0)
    given = TrainRequest(Path("photos"), Path("net.keras"), weights="old.keras")
    assert SearchPlan(given, 5.0).tried_widths == (1.0,)
    assert SearchPlan(given, 5.0, widths=(2.0, 0.5)).tried_widths == (0.5, 2.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_ms": 0.0}, "max_ms must be above 0"),
        ({"widths": (0.5, -1.0)}, "widths must be above 0"),
        ({"input_sizes": ((0, 4),)}, "input_sizes must be at least"),
    ],
)
def test_a_wrong_plan_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        SearchPlan(**{"request": REQUEST, "max_ms": 5.0, **changes})
