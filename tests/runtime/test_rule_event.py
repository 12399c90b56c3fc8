"""Reports of rules: their record and their ids."""

from __future__ import annotations

import re

import pytest
from edgevision.runtime.rule_event import RuleEvent, new_event_id


def test_the_record_leaves_out_what_is_not_there():
    bare = RuleEvent("7", "dark", "start", 3.0, 3.0, wall_s=1_000_000_000.25)
    assert bare.to_dict() == {
        "time": "2001-09-09T01:46:40.250Z",
        "id": "7",
        "rule": "dark",
        "phase": "start",
        "duration_s": 0.0,
        "sentence": "",
    }


def test_the_record_holds_what_is_there():
    full = RuleEvent(
        *("7", "intruder", "end", 12.5, 3.25),
        wall_s=0.0,
        camera="yard",
        label="person",
        track_id=0,
        regions=("lawn",),
        score=0.81239,
        box=(1.0, 2.0, 3.123, 4.0),
        count=2,
        sentence="person in lawn",
    )
    record = full.to_dict()
    assert record["duration_s"] == full.duration_s == 9.25
    assert record["track_id"] == 0
    assert (record["camera"], record["label"]) == ("yard", "person")
    assert (record["regions"], record["count"]) == (["lawn"], 2)
    assert (record["score"], record["box"]) == (0.8124, [1.0, 2.0, 3.12, 4.0])


def test_a_phase_that_is_none_is_refused():
    with pytest.raises(ValueError, match="phase must be one of"):
        RuleEvent("7", "dark", "over", 3.0, 3.0, wall_s=0.0)


def test_ids_differ_sort_by_time_and_can_name_a_file():
    ids = [new_event_id(1_000_000_000 + i / 1000) for i in range(50)]
    same = [new_event_id(1_000_000_000) for _ in range(50)]
    assert len({*ids, *same}) == 100
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"[0-9T.]+-[0-9a-f]{4}-[0-9]{4,}", one) for one in ids)
