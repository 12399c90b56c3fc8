"""What slows a board's processor down: voltage, heat, firmware."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import Final

from ..system_files import Tree
from . import throttling
from .sensors import ask

_PI_THROTTLED: Final = "/sys/devices/platform/soc/soc:firmware/get_throttled"
_MAX_CORES: Final = 16
_TOOL_INTERVAL_S: Final = 5.0


@dataclass(frozen=True)
class ActiveLimits:
    """The limits in one reading.

    Attributes:
        now: The limits at this moment.
        seen: All limits since boot, with those of ``now``.
        reported: The limits that this board reports; the others are not known.
    """

    now: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()


class Limits:
    """A reader of what slows the processor down: voltage, heat, firmware.

    Args:
        tree: The system's files.
        is_pi: The board is a Raspberry Pi, whose firmware throttles by itself.
        tools: Run ``vcgencmd`` when the kernel does not tell; at most every 5 s.
    """

    def __init__(self, tree: Tree, *, is_pi: bool, tools: bool) -> None:
        self._tree = tree
        self._is_pi = is_pi
        self._vcgencmd = shutil.which("vcgencmd") if tools and is_pi else None
        self._bits: int | None = None
        self._bits_at = float("-inf")
        self._alarms = [
            path / "in0_lcrit_alarm"
            for path in tree.paths("/sys/class/hwmon/hwmon*")
            if tree.text(path / "name") == "rpi_volt"
        ]
        self._cooling = [
            path / "cur_state"
            for path in tree.paths("/sys/class/thermal/cooling_device*")
            if _is_processor_cooling(tree.text(path / "type"))
        ]
        self._counts = [
            (path, tree.integer(path))
            for path in tree.paths(
                "/sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count"
            )[:_MAX_CORES]
        ]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the sources that exist."""
        sources = {
            "vcgencmd": self._vcgencmd,
            "rpi_volt": self._alarms,
            "cooling devices": self._cooling,
            "throttle counters": self._counts,
        }
        return tuple(name for name, is_there in sources.items() if is_there)

    def bits(self) -> int | None:
        """Return the Raspberry Pi's throttling bits."""
        if not self._is_pi:
            return None
        bits = throttling.parse_sysfs(self._tree.text(_PI_THROTTLED))
        if bits is not None or self._vcgencmd is None:
            return bits
        now = time.monotonic()
        if now - self._bits_at >= _TOOL_INTERVAL_S:
            self._bits_at = now
            self._bits = throttling.parse_vcgencmd(
                ask([self._vcgencmd, "get_throttled"])
            )
        return self._bits

    def read(self, bits: int | None) -> ActiveLimits:
        """Return the limits of now, those since boot, and which this board reports."""
        limits = list(throttling.active(bits or 0))
        seen = list(throttling.since_boot(bits or 0))
        reported = list(throttling.WORDS if bits is not None else ())
        alarms = [self._tree.integer(path) for path in self._alarms]
        if any(alarm is not None for alarm in alarms):
            reported.append(throttling.UNDER_VOLTAGE)
        if 1 in alarms:
            limits.append(throttling.UNDER_VOLTAGE)
        states = [self._tree.integer(path) for path in self._cooling]
        if any(state is not None for state in states):
            reported.append(throttling.THROTTLED)
        if any(states):
            limits.append(throttling.THROTTLED)
        for index, (path, before) in enumerate(self._counts):
            count = self._tree.integer(path)
            if count is not None:
                reported.append(throttling.THROTTLED)
            if count:
                seen.append(throttling.THROTTLED)
                if before is not None and count > before:
                    limits.append(throttling.THROTTLED)
                self._counts[index] = (path, count)
        return ActiveLimits(
            tuple(dict.fromkeys(limits)),
            tuple(dict.fromkeys([*limits, *seen])),
            tuple(dict.fromkeys(reported)),
        )


def _is_processor_cooling(kind: str | None) -> bool:
    kind = (kind or "").lower()
    return "cpufreq" in kind or kind == "processor" or kind.startswith("cpu-")
