"""A made tree per board, with the traps that real ones have."""

from __future__ import annotations

import json

import pytest
from edgevision.devices.health import health
from edgevision.devices.health.health import HealthReader
from support.boards import NANO, ORIN, PI5


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """Put a shell stub on PATH in front of everything else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return make


def test_pi5_tells_heat_clocks_load_and_memory(make_tree):
    found = health.read(make_tree(PI5))
    assert found.temperature_c == pytest.approx(48.312)
    assert (found.clock_mhz, found.max_clock_mhz) == (1500.0, 2400.0)
    assert found.governor == "ondemand"
    assert found.load == 0.42
    assert found.memory_available_bytes == 6000 * 1024
    assert found.swap_used_bytes == 50 * 1024
    assert found.busy_s == pytest.approx(1.53)  # 153 ticks of 10 ms
    assert found.stolen_s == pytest.approx(0.07)
    # A running fan is no throttling.
    assert found.limits == found.limits_seen == ()
    assert found.describe() == "48 °C, 1500 MHz, ondemand"
    json.dumps(found.to_dict(), allow_nan=False)


def test_voltage_alarm_is_found_wherever_hwmon_numbers_it(make_tree):
    root = make_tree({**PI5, "/sys/class/hwmon/hwmon2/in0_lcrit_alarm": "1\n"})
    assert health.read(root).limits == ("under-voltage",)


def test_vcgencmd_bits_become_words(make_tree, tool):
    tool("vcgencmd", 'echo "throttled=0x50005"')
    found = health.read(make_tree(PI5))
    assert found.throttled_bits == 0x50005
    assert found.limits == ("under-voltage", "throttled")
    assert found.limits_seen == ("under-voltage", "throttled")


# files of a board -> throttled, under-voltage; None: this board does not say
TOLD = [
    ({}, None, None),
    ({"/sys/class/hwmon/hwmon2/name": "rpi_volt\n"}, None, None),  # offline
    (
        {
            "/sys/class/hwmon/hwmon2/name": "rpi_volt\n",
            "/sys/class/hwmon/hwmon2/in0_lcrit_alarm": "1\n",
        },
        None,
        True,
    ),
    (
        {
            "/sys/class/thermal/cooling_device0/type": "cpufreq-cpu0\n",
            "/sys/class/thermal/cooling_device0/cur_state": "0\n",
        },
        False,
        None,
    ),
    ({"/sys/devices/platform/soc/soc:firmware/get_throttled": "8\n"}, True, False),
    ({"/sys/devices/platform/soc/soc:firmware/get_throttled": "50001\n"}, False, True),
]


@pytest.mark.parametrize(("files", "throttled", "under_voltage"), TOLD)
def test_what_a_board_does_not_tell_is_unknown(
    make_tree, files, throttled, under_voltage
):
    model = {"/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.2\0"}
    with HealthReader(make_tree({**model, **files}), tools=False) as reader:
        found = reader.read()
    assert found.throttled is throttled
    assert found.under_voltage is under_voltage
    assert found.summary()["throttled"] is throttled


def test_bits_since_boot_are_no_limit_now(make_tree, tool):
    tool("vcgencmd", 'echo "throttled=0x50000"')
    found = health.read(make_tree(PI5))
    assert found.limits == ()
    assert found.limits_seen == ("under-voltage", "throttled")
    assert "under-voltage since boot" in found.describe()


@pytest.mark.parametrize(
    "script", ['echo "VCHI initialization failed" >&2; exit 255', "exec sleep 30"]
)
def test_vcgencmd_that_fails_or_hangs_is_unknown(make_tree, tool, script):
    tool("vcgencmd", script)
    assert health.read(make_tree(PI5)).throttled_bits is None


def test_vcgencmd_is_not_asked_for_every_frame(make_tree, tool, tmp_path):
    tool("vcgencmd", f'echo x >> {tmp_path}/calls; echo "throttled=0x0"')
    with HealthReader(make_tree(PI5)) as reader:
        for _ in range(5):
            reader.read()
    assert (tmp_path / "calls").read_text() == "x\n"


def test_old_kernels_hexadecimal_file_has_no_prefix(make_tree):
    name = "/sys/devices/platform/soc/soc:firmware/get_throttled"
    found = health.read(make_tree({**PI5, name: "50000\n"}))
    assert found.throttled_bits == 0x50000


def test_orin_survives_offline_zones_and_tells_power_and_gpu(make_tree, tool):
    tool("nvpmodel", 'printf "NV Power Mode: MAXN_SUPER\\n2\\n"')
    with HealthReader(make_tree(ORIN)) as reader:
        found = reader.read()
        assert "tegrastats" not in reader.sources
    assert found.temperature_c == 47.5
    assert "cv0-thermal" not in found.temperatures
    assert found.gpu_load == 0.345
    assert found.power_mw == {"VDD_IN": 5200.0}
    assert found.power_mode == "MAXN_SUPER"
    assert "GPU 34%" in found.describe()
    assert "5.2 W" in found.describe()


def test_jetson_nano_ignores_the_sensor_that_always_says_100(make_tree):
    root = make_tree(NANO)
    found = health.read(root)
    assert found.temperature_c == 31.0
    assert max(found.temperatures.values()) == 37.0


def test_processor_that_is_cooled_by_its_clock_is_throttled(make_tree):
    root = make_tree(
        {
            "/sys/class/thermal/cooling_device0/type": "cpufreq-cpu0\n",
            "/sys/class/thermal/cooling_device0/cur_state": "2\n",
        }
    )
    assert health.read(root).limits == ("throttled",)


def test_x86_counter_that_grows_is_throttling_now_and_afterwards_seen(make_tree):
    name = "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count"
    root = make_tree({name: "4\n"})
    with HealthReader(root) as reader:
        assert reader.read().limits == ()
        make_tree({name: "5\n"})
        assert reader.read().limits == ("throttled",)
        found = reader.read()
    assert (found.limits, found.limits_seen) == ((), ("throttled",))


def test_unknown_board_tells_nothing_and_guesses_nothing(make_tree):
    found = health.read(make_tree({"/proc/device-tree/model": "linux,dummy-virt\0"}))
    assert found == health.Health()
    assert found.describe() == ""


def test_this_machine_is_read_without_rights():
    found = health.read("/")
    assert found.memory_available_bytes is None or found.memory_available_bytes > 0


def test_closing_twice_is_safe(make_tree):
    reader = HealthReader(make_tree(ORIN), tools=False)
    reader.close()
    reader.close()
