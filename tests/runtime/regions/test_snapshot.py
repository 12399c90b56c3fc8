"""The state of regions: what is derived from stays, and its record."""

from __future__ import annotations

import json

from edgevision.runtime.regions import (
    Line,
    RegionCrossing,
    RegionSnapshot,
    RegionState,
    Stay,
    Zone,
)

YARD = Zone("yard", ((0, 0), (1, 0), (1, 1), (0, 1)))
GATE = Line("gate", ((0, 0.5), (1, 0.5)))


def test_occupancy_and_dwell_are_those_of_the_stays():
    stays = (Stay(3, "person", 10.0), Stay(5, "person", 11.5), Stay(4, "car", 12.0))
    state = RegionState(YARD, 12.5, stays, {"person": 2, "car": 1})
    assert state.ids == (3, 5, 4)
    assert state.occupancy == {"person": 2, "car": 1}
    assert state.dwell_s == {3: 2.5, 5: 1.0, 4: 0.5}
    assert state.empty_s == 0.0


def test_an_empty_zone_says_since_when():
    assert RegionState(YARD, 12.5, empty_since_s=2.5).empty_s == 10.0


def test_the_record_is_of_plain_types():
    yard = RegionState(YARD, 12.5, (Stay(3, "person", 10.0),), {"person": 1})
    gate = RegionState(GATE, 12.5, counts_in={"car": 2}, counts_out={"car": 1})
    crossing = RegionCrossing("gate", 7, "car", "in", 12.34567)
    states = {"yard": yard, "gate": gate}
    record = RegionSnapshot(12.5, states, (crossing,), {7: 2}).to_dict()
    assert json.loads(json.dumps(record)) == {
        "regions": {
            "yard": {
                "occupancy": {"person": 1},
                "stays": [{"track_id": 3, "label": "person", "dwell_s": 2.5}],
                "empty_s": 0.0,
                "in": {"person": 1},
                "out": {},
            },
            "gate": {"in": {"car": 2}, "out": {"car": 1}},
        },
        "crossings": [
            {
                "region": "gate",
                "track_id": 7,
                "label": "car",
                "direction": "in",
                "time_s": 12.346,
            }
        ],
    }
