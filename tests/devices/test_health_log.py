"""The extremes of a run, from a made tree that changes meanwhile."""

from __future__ import annotations

import json

from edgevision.devices.health_log import HealthLog

ZONE = "/sys/class/thermal/thermal_zone0"
COOLING = "/sys/class/thermal/cooling_device0"


def tree(heat: int, state: int = 0) -> dict[str, str]:
    return {
        f"{ZONE}/type": "cpu-thermal\n",
        f"{ZONE}/temp": f"{heat}\n",
        f"{COOLING}/type": "cpufreq-cpu0\n",
        f"{COOLING}/cur_state": f"{state}\n",
    }


def test_hottest_moment_and_a_limit_that_is_over_are_told(make_tree):
    now = [0.0]
    with HealthLog(make_tree(tree(48000)), clock=lambda: now[0]) as log:
        log.look()
        make_tree(tree(81000, state=2))
        log.look()  # too early: nothing is read
        assert "81" not in log.describe()
        now[0] = 6.0
        log.look()
        make_tree(tree(60000))
        log.look(now=True)
    assert log.describe() == (
        "Board: 48 °C at the start, 81 °C at most; held back by: throttled"
    )
    data = json.loads(json.dumps(log.to_dict()))
    assert data["max_temperature_c"] == 81.0
    assert data["after"]["temperature_c"] == 60.0
    assert data["limits"] == ["throttled"]


def test_board_that_tells_nothing_has_no_line(tmp_path):
    log = HealthLog(tmp_path)
    assert log.describe() == ""
    log.look()
    assert log.describe() == ""
    log.close()
    log.close()


def test_what_was_before_the_run_is_named_as_such(make_tree):
    name = "/sys/devices/platform/soc/soc:firmware/get_throttled"
    model = {"/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.2\0"}
    with HealthLog(make_tree({**model, name: "50000\n"})) as log:
        log.look()
    assert log.describe() == "Board: under-voltage since boot; throttled since boot"
