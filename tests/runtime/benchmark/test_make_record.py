"""A record's figures of memory, heat and sustained latency: no time is measured."""

from __future__ import annotations

import json
import re
from contextlib import closing

import pytest
from edgevision.devices.health.health import Health
from edgevision.devices.health.health import read as read_health
from edgevision.runtime.benchmark.make_record import (
    growth_per_frame,
    make_record,
    stage_latency,
    thinned,
)
from edgevision.runtime.benchmark.measurement import (
    BoardReading,
    Measurement,
    Plan,
    WorkloadSamples,
    measure,
)
from edgevision.runtime.benchmark.opened_model import RunSettings, open_for_measuring
from edgevision.runtime.benchmark.record_json import record_to_json
from edgevision.runtime.benchmark.reports.page import record_page
from edgevision.runtime.benchmark.reports.text import record_lines
from edgevision.runtime.interpreter.backends import installed_backends
from support.boards import write_tree
from support.color_model import color_model
from support.json_schema import faults

SCHEMA = "docs/reference/benchmark.schema.json"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "net.tflite").write_bytes(color_model("int8", zero_point=-128))
    return tmp_path


def test_statistics_are_rounded_and_leave_out_what_few_samples_do_not_tell():
    one = stage_latency([1.0000049])
    assert (one.n, one.p50_ms, one.deviation_ms, one.p99_ms) == (1, 1.0, None, None)
    many = stage_latency(range(1, 101), buckets=((1.0, 100),))
    assert (many.p50_ms, many.p99_ms, many.max_ms) == (50.0, 99.0, 100.0)
    assert many.interval == (50.0, 50.0)


def measured(megabytes):
    """Return 100 s with a reading every 10 s, at so many MiB, and 1000 frames."""
    samples = WorkloadSamples()
    samples.add_block(0.0, {"model": [1.0] * 1000})
    readings = tuple(
        BoardReading(10.0 * number, Health(), int(value * 2**20))
        for number, value in enumerate(megabytes)
    )
    seconds = 10.0 * (len(megabytes) - 1)
    return Measurement((samples,), readings, seconds, 1.0, None, None)


def test_leak_is_told_per_frame_and_a_cache_that_fills_is_none():
    leaking = growth_per_frame(measured([100 + 10 * i for i in range(11)]))
    assert leaking == pytest.approx(100 * 2**20 / 1000, rel=0.02)
    assert growth_per_frame(measured([100, 150, 180, *[190] * 8])) == 0.0


# megabytes every ten seconds, in which nothing leaks
STEADY = [
    [100] * 11,
    [100, 110, 110, 110, 110, 110, 110, 110, 110, 140, 140],  # one late step
    [100, 110, 110, 110, 110, 140, 140, 140, 140, 140, 140],
    [100, 130],  # too short to tell
    [140, 130, 120, 110, 100, 100, 90, 90, 90, 90, 90],
]


@pytest.mark.parametrize("megabytes", STEADY)
def test_a_step_of_the_allocator_is_no_leak(megabytes):
    assert growth_per_frame(measured(megabytes)) == 0.0


def test_thinning_keeps_both_ends():
    found = thinned(list(range(1000)), 10)
    assert (len(found), found[0], found[-1]) == (10, 0, 999)
    assert thinned([1, 2], 10) == [1, 2]


class HeatingBoard:
    """Half an hour on a made board that warms up and throttles after ten minutes."""

    stage = "bare"
    name = "net, bare"

    def __init__(self, root):
        self.root, self.now = root, 0.0
        self.set(0.0)

    def set(self, now):
        heat = 48_000 + 34_000 * min(now / 600, 1.0)
        files = {
            "thermal_zone0/type": "cpu-thermal",
            "thermal_zone0/temp": f"{heat:.0f}",
            "cooling_device0/type": "cpufreq-cpu0",
            "cooling_device0/cur_state": str(int(now >= 600)),
        }
        write_tree(self.root, {f"/sys/class/thermal/{k}": v for k, v in files.items()})

    def clock(self):
        return self.now

    def once(self):
        value = 30.0 if self.now < 600 else 45.0
        self.now += value / 1e3
        return {"bare": value}

    def look(self):
        self.set(self.now)
        return read_health(self.root)


@pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)
def test_time_to_throttle_on_a_board_that_warms_up(folder, tmp_path, repository):
    board = HeatingBoard(tmp_path)
    plan = Plan(minutes=30, warm_up_seconds=0.1)
    measurement = measure([board], plan, health=board.look, clock=board.clock)
    settings = RunSettings(folder / "net.tflite")
    with closing(open_for_measuring(settings, None, {})) as opened:
        record = make_record([opened], measurement, plan, pictures=None)
    assert record.health.first_limited_s == pytest.approx(600, abs=3)
    assert record.health.max_temperature_c == 82.0
    sustained = record.results[0].sustained
    assert (sustained.first_ms, sustained.last_ms) == (30.0, 45.0)
    assert sustained.slower_after_s == pytest.approx(600, abs=15)
    text = "\n".join(record_lines(record))
    assert re.search(r"up to 82 °C, held back after 60[0-3] s: throttled", text)
    assert "last minute 45.000 ms (x 1.500), ten percent slower after" in text
    assert "the board was held back: throttled" in record.trust.reasons
    page = record_page(record)
    assert re.search(r"Held back after 60[0-3] s: throttled", page)
    schema = json.loads((repository / SCHEMA).read_text())
    assert faults(record_to_json(record), schema, schema, "record") == []
