"""The parts of the health reader on their own."""

from __future__ import annotations

import pytest
from edgevision.devices.health import sensors
from edgevision.devices.system_files import Tree

# zones -> the one that stands for the chip
CHIPS = [
    ({}, None),
    ({"acpitz": 27.8}, 27.8),  # nothing better: the hottest
    ({"acpitz": 60.0, "x86_pkg_temp": 41.0}, 41.0),
    ({"CPU-therm": 31.0, "AO-therm": 37.0}, 31.0),
    ({"cpu-thermal": 45.0, "tj-thermal": 47.0}, 47.0),  # the hottest junction
    ({"a": 20.0, "b": 30.0}, 30.0),
]


@pytest.mark.parametrize(("zones", "expected"), CHIPS)
def test_chip_is_the_zone_that_stands_for_it(zones, expected):
    assert sensors.chip_temperature(zones) == expected


def test_two_zones_of_one_name_count_the_hotter(make_tree):
    root = make_tree(
        {
            f"/sys/class/thermal/thermal_zone{number}/{name}": text
            for number, heat in enumerate(("41000", "52000", "-256000"))
            for name, text in (("type", "soc-thermal"), ("temp", heat))
        }
    )
    assert sensors.Thermometers(Tree(root)).read() == {"soc-thermal": 52.0}


def test_hwmon_stands_in_where_no_thermal_zone_is(make_tree):
    root = make_tree(
        {
            "/sys/class/hwmon/hwmon1/name": "k10temp\n",
            "/sys/class/hwmon/hwmon1/temp1_input": "38500\n",
        }
    )
    assert sensors.Thermometers(Tree(root)).read() == {"k10temp": 38.5}


def test_groups_of_cores_give_the_fastest_clock_and_all_governors(make_tree):
    base = "/sys/devices/system/cpu/cpufreq/policy"
    root = make_tree(
        {
            f"{base}0/scaling_governor": "powersave\n",
            f"{base}0/scaling_cur_freq": "1000000\n",
            f"{base}4/scaling_governor": "performance\n",
            f"{base}4/scaling_cur_freq": "2200000\n",
        }
    )
    clocks = sensors.Clocks(Tree(root))
    assert clocks.governor() == "powersave,performance"
    assert clocks.now_mhz() == 2200.0
    assert clocks.max_mhz() is None


@pytest.mark.parametrize("text", ["", "cpu  1 2", "cpu  a b c d e f g h", "intr 1"])
def test_broken_stat_is_unknown(make_tree, text):
    assert sensors.cpu_seconds(Tree(make_tree({"/proc/stat": text}))) == (None, None)


def test_gpu_load_is_a_share_and_never_above_one(make_tree):
    root = make_tree({"/sys/devices/gpu.0/load": "1003\n"})
    assert sensors.GpuLoad(Tree(root)).read() == 1.0
    assert sensors.GpuLoad(Tree(root / "absent")).read() is None


def test_tool_that_is_absent_answers_nothing(tmp_path):
    assert sensors.ask([str(tmp_path / "absent")]) == ""
