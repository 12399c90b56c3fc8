"""A board's profile: what is known about it before anything runs on it.

A profile is a TOML file, shipped in ``profiles/`` or a user's own. It has facts and
published figures with their sources; nothing in it was measured by EdgeVision.
"""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ..errors import DeviceProfileError, unknown_name
from . import profile_file
from .wheels import PythonFacts, interpreter_command

FOLDER: Final = Path(__file__).resolve().parent / "profiles"


@dataclass(frozen=True)
class Processor:
    """A board's processor.

    Attributes:
        model: The core's name.
        cores: Physical cores; 0 in a generic profile.
        clock_mhz: The highest clock as sold; 0 in a generic profile.
        instructions: Those that matter for int8: neon, dotprod, i8mm, avx2 ...
        int8: One sentence on the gain to expect from int8 here.
    """

    model: str
    cores: int
    clock_mhz: int
    instructions: tuple[str, ...]
    int8: str


@dataclass(frozen=True)
class System:
    """One release of an operating system on a board.

    Attributes:
        name: Its name, with its bits.
        python: The Python that it ships, such as ``3.11``.
        glibc: Its C library, such as ``2.36``.
        machine: Architecture of its Python.
        note: A remark; may be empty.
    """

    name: str
    python: str
    glibc: str
    machine: str
    note: str = ""

    @property
    def interpreter(self) -> str:
        """Return the command that installs the interpreter; empty when none fits."""
        return interpreter_command(
            PythonFacts(
                version=_version(self.python),
                machine=self.machine,
                glibc=_version(self.glibc),
            )
        )


@dataclass(frozen=True)
class Latency:
    """One published latency.

    Attributes:
        model: The model's name.
        width: Columns of its input.
        precision: float32, int8 ...; ``unknown`` where the source does not say.
        ms: Milliseconds for one image.
        runtime: Package (and version) that ran it, or another accelerator.
        threads: 0 means that the source does not say.
        source: Who published it.
        note: A remark on how to read it; may be empty.
    """

    model: str
    width: int
    precision: str
    ms: float
    runtime: str
    source: str
    threads: int = 0
    note: str = ""

    def describe(self) -> str:
        """Return the sentence that stands beside a measured figure."""
        threads = f", {self.threads} threads" if self.threads else ""
        note = f"; {self.note}" if self.note else ""
        return (
            f"published: {self.ms:g} ms for {self.model} {self.width} "
            f"{self.precision} ({self.runtime}{threads}{note}), {self.source}"
        )


@dataclass(frozen=True)
class Profile:
    """One board.

    Attributes:
        id: The name that ``--device`` takes.
        name: The name that people use.
        status: ``supported``, or ``published-only`` for boards that are listed for
            their published figures and that EdgeVision does not aim at.
        boards: How ``/proc/device-tree/model`` begins on this board.
        machine: aarch64 or x86_64.
        threads: Default interpreter threads; 0 means the rule for unknown boards: half
            of the cores, at most four.
        camera: The source that ``auto`` opens. ``csi:`` and ``auto`` mean a ribbon
            camera where there is one, else the first USB camera.
        delegates: Hardware and libraries that can run operators here, fastest first.
        health: Where its health is read.
        processor: Its processor.
        memory_gb: Memory sizes that it is sold with; empty in a generic profile.
        systems: Releases of operating systems, newest first.
        latencies: Published figures.
        notes: Remarks, one sentence each.
    """

    id: str
    name: str
    status: str
    boards: tuple[str, ...]
    machine: str
    threads: int
    camera: str
    delegates: tuple[str, ...]
    health: tuple[str, ...]
    processor: Processor
    memory_gb: tuple[float, ...]
    systems: tuple[System, ...]
    latencies: tuple[Latency, ...]
    notes: tuple[str, ...]

    @property
    def runtimes(self) -> tuple[str, ...]:
        """Return the interpreter packages that its systems can install."""
        names = (
            re.split(r"[ =<>]", system.interpreter.removeprefix("pip install "))[0]
            for system in self.systems
        )
        return tuple(dict.fromkeys(name for name in names if name))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, with the interpreter that fits each system."""
        values = asdict(self)
        for values_of, system in zip(values["systems"], self.systems, strict=True):
            values_of["interpreter"] = system.interpreter
        return values

    def published(self, model: str, *, width: int, precision: str) -> Latency | None:
        """Return the published figure that a measured one may stand beside.

        Only figures of a TFLite interpreter on the CPU count, and only when the name
        begins alike and width and precision are equal: a near miss says nothing.

        Args:
            model: Name of the measured model, such as its file's stem.
            width: Columns of its input.
            precision: float32, int8 ...
        """
        name = _plain(model)
        for latency in self.latencies:
            if (
                name.startswith(_plain(latency.model))
                and latency.width == width
                and latency.precision == precision
                and latency.runtime.startswith(("TFLite", "LiteRT"))
            ):
                return latency
        return None

    def check_memory(self, model_bytes: int, *, peak_bytes: int = 0) -> str:
        """Return why a model does not fit the smallest of these boards, or empty.

        Half of the memory is left to the system, the camera and the program.

        Args:
            model_bytes: Size of the file.
            peak_bytes: Further memory that the interpreter needs; 0 means not known.
        """
        need = model_bytes + peak_bytes
        room = min(self.memory_gb, default=0.0) * 2**30 / 2
        if not room or need <= room:
            return ""
        return (
            f"The model needs {need / 2**20:.0f} MiB; the smallest {self.name} has "
            f"{room / 2**20:.0f} MiB for it when half of its memory is left to the "
            "system."
        )


def known() -> tuple[str, ...]:
    """Return the ids of the shipped profiles, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@lru_cache(maxsize=64)
def load(id: str) -> Profile:
    """Return a shipped profile.

    Raises:
        DeviceProfileError: There is no profile of this id.
    """
    if id not in known():
        raise DeviceProfileError(unknown_name("device profile", id, known()))
    return read(FOLDER / f"{id}.toml")


def read(path: str | os.PathLike[str]) -> Profile:
    """Read a profile file, shipped or a user's own.

    Raises:
        DeviceProfileError: The file cannot be read or breaks the rules; the sentence
            names the file and the key.
    """
    values = profile_file.read(Path(path))
    return Profile(
        **{
            **values,
            "processor": Processor(**values["processor"]),
            "systems": tuple(System(**item) for item in values["systems"]),
            "latencies": tuple(Latency(**item) for item in values["latencies"]),
        }
    )


def load_or_read(name: str) -> Profile:
    """Return a shipped profile by its id, or a user's own by its .toml file.

    Raises:
        DeviceProfileError: There is no such profile, or the file breaks the rules.
    """
    return read(name) if name.endswith(".toml") else load(name)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
