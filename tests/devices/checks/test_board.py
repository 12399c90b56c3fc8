"""Voltage, heat, governor, memory, disk, clock: judged in made environments."""

from __future__ import annotations

import pytest
from edgevision.devices.checks import board
from edgevision.devices.health.health import Health


def test_healthy_board_has_nothing_to_complain_about(make_environment):
    environment = make_environment()
    assert board.heat(environment).what == "Not throttled at 48 °C."
    assert board.memory(environment).level == "ok"
    for check in (board.voltage, board.governor, board.disk, board.clock):
        assert check(environment) is None


# now, since boot -> the words of the finding
VOLTAGES = [
    (("under-voltage",), ("under-voltage",), "Under-voltage now"),
    ((), ("under-voltage",), "Under-voltage since the board was started"),
]


@pytest.mark.parametrize(("now", "seen", "expected"), VOLTAGES)
def test_under_voltage_is_a_warning_even_when_it_is_over(
    make_environment, now, seen, expected
):
    found = board.voltage(make_environment(health=Health(limits=now, limits_seen=seen)))
    assert found.level == "warning"
    assert expected in found.what


def test_throttling_now_is_a_warning_and_earlier_a_note(make_environment):
    hot = Health(temperature_c=82.4, limits=("throttled",), limits_seen=("throttled",))
    found = board.heat(make_environment(health=hot))
    assert (found.level, found.what) == (
        "warning",
        "The processor is throttled at 82 °C.",
    )
    cooled = Health(temperature_c=50.0, limits_seen=("frequency capped",))
    found = board.heat(make_environment(health=cooled))
    assert found.level == "note"
    assert found.what == (
        "Since the board was started: frequency capped; now at 50 °C."
    )


def test_unknown_heat_says_nothing(make_environment):
    assert board.heat(make_environment(health=Health())) is None


# governor, driver -> warned
GOVERNORS = [
    ("powersave", "cpufreq-dt", True),
    ("powersave", "", True),
    ("powersave,performance", "scmi", True),
    ("powersave", "intel_pstate", False),  # follows the load there
    ("ondemand", "cpufreq-dt", False),
    ("", "", False),
]


@pytest.mark.parametrize(("governor", "driver", "is_warned"), GOVERNORS)
def test_powersave_is_warned_about_where_it_holds_the_clock_down(
    make_environment, governor, driver, is_warned
):
    environment = make_environment(
        health=Health(governor=governor), governor_driver=driver
    )
    assert (board.governor(environment) is not None) is is_warned


def test_low_memory_and_low_disk_are_warnings_with_their_figures(make_environment):
    health = Health(memory_available_bytes=90 * 2**20)
    assert "Only 90 MiB" in board.memory(make_environment(health=health)).what
    found = board.disk(make_environment(disk_free_bytes=20 * 2**20))
    assert (found.level, "Only 20 MiB" in found.what) == ("warning", True)
    assert board.disk(make_environment(disk_free_bytes=None)) is None
    assert board.memory(make_environment(health=Health())) is None


def test_clock_of_1970_and_unsynchronized_clock(make_environment):
    found = board.clock(make_environment(now=100.0))
    assert (found.level, "1970-01-01" in found.what) == ("warning", True)
    found = board.clock(make_environment(clock_is_synchronized=False))
    assert found.level == "note"
    assert board.clock(make_environment(clock_is_synchronized=True)) is None
