"""NVIDIA's ``tegrastats``: the only source of some Jetsons' power and GPU load."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import IO, Final

_TEMPERATURE: Final = re.compile(r"\b([A-Za-z][\w-]*)@(-?\d+(?:\.\d+)?)C")
# Orin writes "VDD_IN 5251mW/8535mW" (now/average), the Nano "POM_5V_IN 1997/2089".
_POWER: Final = re.compile(r"\b((?:VDD|VIN|POM|CPU|GPU|SOC)_\w+) (\d+)(?:mW)?/\d+")
_GPU: Final = re.compile(r"\bGR3D_FREQ (\d+)%")


@dataclass(frozen=True)
class Tegrastats:
    """The figures in one line of ``tegrastats``.

    Attributes:
        temperatures: Degrees Celsius by sensor, as the line spells it.
        power_mw: Milliwatts by rail.
        gpu_load: 0..1; None means that the line has none.
    """

    temperatures: dict[str, float] = field(default_factory=dict)
    power_mw: dict[str, float] = field(default_factory=dict)
    gpu_load: float | None = None


def parse(line: str) -> Tegrastats:
    """Read one line, without sensors that are offline (-256 C)."""
    gpu = _GPU.search(line)
    return Tegrastats(
        temperatures={
            name: float(value)
            for name, value in _TEMPERATURE.findall(line)
            if -40 < float(value) < 150
        },
        power_mw={name: float(value) for name, value in _POWER.findall(line)},
        gpu_load=int(gpu[1]) / 100 if gpu else None,
    )


class TegrastatsStream:
    """A running ``tegrastats``, whose newest line is read without waiting.

    Args:
        command: Path of the program.
    """

    def __init__(self, command: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._newest: Tegrastats | None = None
        try:
            self._process = subprocess.Popen(
                [command, "--interval", "1000"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return
        os.set_blocking(self._pipe().fileno(), False)

    def newest(self) -> Tegrastats | None:
        """Return the figures of the newest line; None means that none has come yet."""
        if self._process is None:
            return None
        with contextlib.suppress(OSError):
            while part := os.read(self._pipe().fileno(), 65536):
                self._rest += part
        *lines, self._rest = self._rest.split(b"\n")
        if lines:
            self._newest = parse(lines[-1].decode("utf-8", "replace"))
        return self._newest

    def close(self) -> None:
        """End the program; may be called twice."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def _pipe(self) -> IO[bytes]:
        if self._process is None or self._process.stdout is None:
            raise ValueError("tegrastats is not running.")
        return self._process.stdout
