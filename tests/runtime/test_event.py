"""An event as a record: plain JSON types, without the picture."""

from __future__ import annotations

import json
from dataclasses import replace

from edgevision.devices.health.health import Health
from edgevision.runtime.camera_watch import CameraState
from edgevision.runtime.timing import Timing
from support.streams import event


def test_a_record_has_the_result_the_times_and_the_health():
    one = replace(
        event(3, timing=Timing(30, 1, 2, 3)),
        dropped=4,
        gap_s=1.23456,
        reconnects=1,
        damaged=2,
    )
    record = json.loads(json.dumps(one.to_dict()))
    assert (record["index"], record["source"]) == (3, "fake")
    assert (record["width"], record["height"]) == (8, 6)
    assert record["classes"][0]["class_id"] == 3
    assert record["timing"]["model_ms"] == 6
    assert record["timing"]["total_ms"] == 36
    assert (record["dropped"], record["reconnects"], record["gap_s"]) == (4, 1, 1.235)
    assert record["damaged"] == 2


def test_without_a_health_reading_its_figures_are_null():
    assert set(event().to_dict()["health"].values()) == {None}
    warm = replace(event(), health=Health(temperature_c=48.5))
    assert warm.to_dict()["health"]["temperature_c"] == 48.5


def test_the_state_of_the_camera_is_there_where_somebody_watches():
    assert "camera_state" not in event().to_dict()
    one = replace(event(), camera_state=CameraState.MOVED)
    assert json.loads(json.dumps(one.to_dict()))["camera_state"] == "moved"
