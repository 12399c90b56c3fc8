"""One reading of a board's health: heat, throttling, clocks, memory, power, GPU load.

A reading is tolerant, needs no root rights and takes about a millisecond. None or empty
means that the machine does not tell; nothing is guessed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..detect import board
from ..system_files import Tree
from . import sensors, throttling
from .tegrastats import Tegrastats, TegrastatsStream
from .throttle_sources import Limits

SUMMARY: Final = (
    *("temperature_c", "clock_mhz", "throttled", "under_voltage"),
    *("load", "memory_available_bytes"),
)
"""The part of a board's health that is in every record of a run."""


@dataclass(frozen=True)
class Health:
    """One reading of a board; None and empty mean that the board does not tell.

    Attributes:
        temperature_c: Temperature of the chip, degrees Celsius.
        temperatures: Degrees by zone.
        limits: What limits the board now: ``under-voltage``, ``frequency capped``,
            ``throttled``, ``soft temperature limit``.
        limits_seen: The same, at any time since it started.
        limits_told: The limits that this board reports; the others are not known.
        throttled_bits: The Raspberry Pi's own bits behind both.
        governor: Frequency governor; several are joined by a comma.
        clock_mhz: The fastest core's clock now.
        max_clock_mhz: The highest clock that the processor can have.
        load: Load average of the last minute.
        busy_s: Seconds that all cores together were busy since boot.
        stolen_s: Seconds that a hypervisor took from this machine since boot.
        memory_available_bytes: Memory that is available without swapping.
        swap_used_bytes: Memory that is in swap.
        power_mw: Milliwatts by rail.
        power_mode: The Jetson's power mode.
        gpu_load: 0..1.
    """

    temperature_c: float | None = None
    temperatures: Mapping[str, float] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    limits_seen: tuple[str, ...] = ()
    limits_told: tuple[str, ...] = ()
    throttled_bits: int | None = None
    governor: str = ""
    clock_mhz: float | None = None
    max_clock_mhz: float | None = None
    load: float | None = None
    busy_s: float | None = None
    stolen_s: float | None = None
    memory_available_bytes: int | None = None
    swap_used_bytes: int | None = None
    power_mw: Mapping[str, float] = field(default_factory=dict)
    power_mode: str = ""
    gpu_load: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return every field by its name, as plain JSON types."""
        values = asdict(self)
        values["limits"] = list(self.limits)
        values["limits_seen"] = list(self.limits_seen)
        values["limits_told"] = list(self.limits_told)
        return values

    @property
    def throttled(self) -> bool | None:
        """Return whether heat or firmware slows the processor; None means unknown."""
        words = set(throttling.WORDS) - {throttling.UNDER_VOLTAGE}
        if not words.intersection(self.limits_told):
            return None
        return bool(words.intersection(self.limits))

    @property
    def under_voltage(self) -> bool | None:
        """Return whether the supply is too weak now; None means unknown."""
        if throttling.UNDER_VOLTAGE not in self.limits_told:
            return None
        return throttling.UNDER_VOLTAGE in self.limits

    def summary(self) -> dict[str, Any]:
        """Return the few values that stand in every record of a run: ``SUMMARY``."""
        return {name: getattr(self, name) for name in SUMMARY}

    def describe(self) -> str:
        """Return one short line for people, with what is known."""
        parts = []
        if self.temperature_c is not None:
            parts.append(f"{self.temperature_c:.0f} °C")
        if self.clock_mhz is not None:
            parts.append(f"{self.clock_mhz:.0f} MHz")
        if self.governor:
            parts.append(self.governor)
        if self.gpu_load is not None:
            parts.append(f"GPU {self.gpu_load:.0%}")
        if self.power_mw:
            # The first rail is the board's input; the others are parts of it.
            parts.append(f"{next(iter(self.power_mw.values())) / 1000:.1f} W")
        parts.extend(self.limits)
        parts.extend(
            f"{word} since boot" for word in self.limits_seen if word not in self.limits
        )
        return ", ".join(parts)


class HealthReader:
    """A reader that finds the board's files once, and then reads them quickly.

    A context manager; ``close`` is needed only on a Jetson whose files lack power and
    GPU load: there ``tegrastats`` runs until then.

    Args:
        root: Folder that stands for ``/``.
        tools: Also ask ``vcgencmd``, ``nvpmodel`` and ``tegrastats`` when they are on
            PATH and the board is of their kind.
    """

    def __init__(
        self, root: str | os.PathLike[str] | None = None, *, tools: bool = True
    ) -> None:
        self._tree = Tree(root)
        name = board(root)
        is_pi = "Raspberry Pi" in name or name.startswith("Compute Module")
        is_jetson = any(word in name.lower() for word in ("jetson", "nvidia"))
        self._thermometers = sensors.Thermometers(self._tree)
        self._clocks = sensors.Clocks(self._tree)
        self._limits = Limits(self._tree, is_pi=is_pi, tools=tools)
        self._rails = sensors.PowerRails(self._tree)
        self._gpu = sensors.GpuLoad(self._tree)
        self._power_mode = sensors.power_mode() if tools and is_jetson else ""
        self._tegrastats: TegrastatsStream | None = None
        command = shutil.which("tegrastats") if tools and is_jetson else None
        if command and not (self._rails and self._gpu):
            self._tegrastats = TegrastatsStream(command)

    def __enter__(self) -> HealthReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End ``tegrastats`` if it runs; may be called twice."""
        if self._tegrastats is not None:
            self._tegrastats.close()
            self._tegrastats = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Return where the health comes from: the names of the sources that exist."""
        sources = {
            "thermal zones": self._thermometers,
            "cpufreq": self._clocks,
            "ina3221": self._rails,
            "GPU load": self._gpu,
            "tegrastats": self._tegrastats,
        }
        names = [name for name, is_there in sources.items() if is_there]
        return (*names, *self._limits.sources)

    def read(self) -> Health:
        """Take one reading."""
        stats = (self._tegrastats and self._tegrastats.newest()) or Tegrastats()
        temperatures = self._thermometers.read() or stats.temperatures
        bits = self._limits.bits()
        active = self._limits.read(bits)
        memory = sensors.memory(self._tree)
        busy, stolen = sensors.cpu_seconds(self._tree)
        swap = memory.get("SwapTotal", 0) - memory.get("SwapFree", 0)
        return Health(
            temperature_c=sensors.chip_temperature(temperatures),
            temperatures=temperatures,
            limits=active.now,
            limits_seen=active.seen,
            limits_told=active.reported,
            throttled_bits=bits,
            governor=self._clocks.governor(),
            clock_mhz=self._clocks.now_mhz(),
            max_clock_mhz=self._clocks.max_mhz(),
            load=sensors.load_average(self._tree),
            busy_s=busy,
            stolen_s=stolen,
            memory_available_bytes=memory.get("MemAvailable"),
            swap_used_bytes=swap if "SwapTotal" in memory else None,
            power_mw=self._rails.read() or stats.power_mw,
            power_mode=self._power_mode,
            gpu_load=self._gpu.read() if self._gpu else stats.gpu_load,
        )


def read(root: str | os.PathLike[str] | None = None) -> Health:
    """Take one reading of this board."""
    with HealthReader(root) as reader:
        return reader.read()
