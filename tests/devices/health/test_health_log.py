"""The extremes of a run, from a made tree that changes meanwhile."""

from __future__ import annotations

import json
import threading
import time

from edgevision.devices.health.health_log import HealthLog

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
    now = [100.0]
    with HealthLog(make_tree(tree(48000)), clock=lambda: now[0]) as log:
        log.look()
        assert log.news() == ""
        make_tree(tree(81000, state=2))
        assert "81" not in log.describe()  # nobody has looked since
        now[0] = 142.0
        log.look()
        assert log.news() == "The board is slowed down at 81 °C: throttled."
        make_tree(tree(60000))
        now[0] = 200.0
        log.look()
        assert log.news() == ""
    assert log.describe() == (
        "Board: 48 °C at the start, 81 °C at most; slowed down by: throttled after 42 s"
    )
    data = json.loads(json.dumps(log.to_dict()))
    assert data["max_temperature_c"] == 81.0
    assert data["after"]["temperature_c"] == 60.0
    assert data["limits"] == {"throttled": 42.0}


def test_thread_looks_by_itself_and_ends_with_a_last_look(make_tree):
    log = HealthLog(make_tree(tree(48000)), every_s=0.01)
    assert log.newest is None
    log.start()
    log.start()  # no second thread
    assert log.newest.temperature_c == 48.0
    make_tree(tree(70000))
    until = time.monotonic() + 10
    while log.newest.temperature_c != 70.0 and time.monotonic() < until:
        time.sleep(0.005)
    assert log.newest.temperature_c == 70.0
    log.close()
    assert "edgevision-health" not in {thread.name for thread in threading.enumerate()}
    log.close()


def test_last_look_is_taken_however_long_the_pause_is(make_tree):
    log = HealthLog(make_tree(tree(48000)), every_s=1000.0)
    log.start()
    make_tree(tree(52000))
    log.close()
    assert log.newest.temperature_c == 52.0


def test_board_that_tells_nothing_has_no_line(tmp_path):
    log = HealthLog(tmp_path)
    assert log.describe() == ""
    assert log.news() == ""
    log.look()
    assert log.describe() == ""
    log.close()
    log.close()


def test_what_was_before_the_run_is_named_as_such(make_tree):
    name = "/sys/devices/platform/soc/soc:firmware/get_throttled"
    model = {"/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.2\0"}
    with HealthLog(make_tree({**model, name: "50000\n"})) as log:
        log.look()
        assert log.newest.throttled is False
        assert log.newest.under_voltage is False
    assert log.describe() == "Board: under-voltage since boot; throttled since boot"
