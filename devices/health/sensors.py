"""A board's sensors: heat, clocks, power, memory.

Each class finds its files below a root once and then reads them; a file that cannot be
read is no error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..system_files import Tree

# Names of zones near the chip, nearest first.
_CHIP_ZONES: Final = ("tj", "cpu", "x86_pkg_temp", "package id 0", "soc", "coretemp")
# A sensor on the power chip that always answers 100 degrees.
_IGNORED_ZONES: Final = ("pmic-die", "pmic")
_GPU_LOADS: Final = (
    "/sys/devices/gpu.0/load",
    "/sys/devices/platform/gpu.0/load",
    "/sys/devices/platform/17000000.gpu/load",
    "/sys/devices/platform/bus@0/17000000.gpu/load",
    "/sys/devices/platform/17000000.ga10b/load",
    "/sys/devices/platform/bus@0/17000000.ga10b/load",
)
_MAX_POLICIES: Final = 16
_TOOL_TIMEOUT_S: Final = 1.0


class Thermometers:
    """The thermal zones, by their names; their numbers differ between boots."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._zones: list[tuple[str, Path]] = []
        for path in tree.paths("/sys/class/thermal/thermal_zone*"):
            kind = tree.text(path / "type")
            if kind and kind.lower() not in _IGNORED_ZONES:
                self._zones.append((kind, path / "temp"))
        if self._zones:
            return
        for path in tree.paths("/sys/class/hwmon/hwmon*"):
            kind = tree.text(path / "name")
            if kind in ("cpu_thermal", "coretemp", "k10temp"):
                self._zones.append((kind, path / "temp1_input"))

    def __bool__(self) -> bool:
        return bool(self._zones)

    def read(self) -> dict[str, float]:
        """Return degrees Celsius by zone, without zones that are offline."""
        degrees: dict[str, float] = {}
        for kind, path in self._zones:
            value = self._tree.integer(path)
            # An offline zone may read -256000; a broken one far too much.
            if value is not None and -40_000 < value < 150_000:
                degrees[kind] = max(value / 1000, degrees.get(kind, -40.0))
        return degrees


class Clocks:
    """Governors and clocks of all groups of cores."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._policies = (
            tree.paths("/sys/devices/system/cpu/cpufreq/policy*")
            or tree.paths("/sys/devices/system/cpu/cpu[0-9]*/cpufreq")
        )[:_MAX_POLICIES]

    def __bool__(self) -> bool:
        return bool(self._policies)

    def governor(self) -> str:
        """Return the governor; several are joined by a comma."""
        texts = (self._tree.text(path / "scaling_governor") for path in self._policies)
        return ",".join(dict.fromkeys(text for text in texts if text))

    def now_mhz(self) -> float | None:
        """Return the fastest core's clock."""
        return self._highest("scaling_cur_freq")

    def max_mhz(self) -> float | None:
        """Return the highest clock that the processor can have."""
        return self._highest("cpuinfo_max_freq")

    def _highest(self, name: str) -> float | None:
        values = (self._tree.integer(path / name) for path in self._policies)
        highest = max((value for value in values if value), default=0)
        return highest / 1000 if highest else None


class PowerRails:
    """A Jetson's power sensors (ina3221)."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._rails: list[tuple[str, Path, Path]] = []
        for folder in tree.paths("/sys/bus/i2c/drivers/ina3221*/*/hwmon/hwmon*"):
            for channel in (1, 2, 3):
                label = tree.text(folder / f"in{channel}_label")
                if label and label != "NC":
                    volts = folder / f"in{channel}_input"
                    amperes = folder / f"curr{channel}_input"
                    self._rails.append((label, volts, amperes))

    def __bool__(self) -> bool:
        return bool(self._rails)

    def read(self) -> dict[str, float]:
        """Return milliwatts by rail."""
        power = {}
        for label, volts, amperes in self._rails:
            millivolt = self._tree.integer(volts)
            milliampere = self._tree.integer(amperes)
            if millivolt is not None and milliampere is not None:
                power[label] = millivolt * milliampere / 1000
        return power


class GpuLoad:
    """A Jetson's GPU load, in whichever file this release has it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._name = next(
            (name for name in _GPU_LOADS if tree.integer(name) is not None), ""
        )

    def __bool__(self) -> bool:
        return bool(self._name)

    def read(self) -> float | None:
        """Return the load, 0..1."""
        value = self._tree.integer(self._name) if self._name else None
        return None if value is None else min(max(value / 1000, 0.0), 1.0)


def chip_temperature(temperatures: Mapping[str, float]) -> float | None:
    """Return the temperature of the zone nearest to the chip, else the highest."""
    by_name: dict[str, float] = {}
    for kind, value in temperatures.items():
        name = kind.lower()
        for suffix in ("-thermal", "_thermal", "-therm", "_therm"):
            name = name.removesuffix(suffix)
        by_name[name] = max(value, by_name.get(name, value))
    for name in _CHIP_ZONES:
        if name in by_name:
            return by_name[name]
    return max(by_name.values(), default=None)


def load_average(tree: Tree) -> float | None:
    """Return the load average of the last minute."""
    try:
        return float((tree.text("/proc/loadavg") or "").split()[0])
    except (ValueError, IndexError):
        return None


def cpu_seconds(tree: Tree) -> tuple[float | None, float | None]:
    """Return busy and stolen seconds of all cores together since boot."""
    line = (tree.text("/proc/stat") or "").partition("\n")[0].split()
    if len(line) < 9 or line[0] != "cpu":
        return None, None
    try:
        user, nice, system, _, _, irq, softirq, steal = map(int, line[1:9])
    except ValueError:
        return None, None
    ticks = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + softirq) / ticks, steal / ticks


def memory(tree: Tree) -> dict[str, int]:
    """Return the fields of ``/proc/meminfo`` in bytes."""
    values = {}
    for line in (tree.text("/proc/meminfo") or "").splitlines():
        key, _, rest = line.partition(":")
        amount = rest.split()
        if amount and amount[0].isdigit():
            values[key] = int(amount[0]) * 1024
    return values


def power_mode() -> str:
    """Return a Jetson's power mode by ``nvpmodel``; empty without that tool."""
    command = shutil.which("nvpmodel")
    if command is None:
        return ""
    for line in ask([command, "-q"]).splitlines():
        name, colon, value = line.partition("NV Power Mode:")
        if colon and not name.strip():
            return value.strip()
    return ""


def ask(command: list[str]) -> str:
    """Return the output of a small tool; empty when it fails or takes over a second."""
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TOOL_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
