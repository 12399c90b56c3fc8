"""Which wheels fit a Python, by its version, C library and architecture."""

from __future__ import annotations

import platform
import struct
import sys
import sysconfig
from dataclasses import dataclass
from typing import Final

DEVICE_PYTHONS: Final = ((3, 10), (3, 14))
"""Oldest and newest Python that runs models: there is an interpreter wheel for each."""
CONVERT_PYTHONS: Final = ((3, 10), (3, 13))
"""Oldest and newest Python that has a release of TensorFlow (November 2026)."""


@dataclass(frozen=True)
class PythonFacts:
    """The facts that decide which wheels pip can install.

    Attributes:
        version: Major and minor version.
        implementation: ``CPython``, ``PyPy`` ...
        machine: Architecture of this Python: ``armv7l`` for a 32-bit Python even where
            the kernel is 64-bit.
        bits: 32 or 64.
        system: ``Linux``, ``Darwin`` ...
        glibc: Version of the GNU C library; None with another one (musl).
        free_threaded: Built without the global lock; such a Python has its own wheels.
        prefix: Folder of this Python or of its virtual environment.
        in_venv: Runs inside a virtual environment.
    """

    version: tuple[int, int]
    implementation: str = "CPython"
    machine: str = "x86_64"
    bits: int = 64
    system: str = "Linux"
    glibc: tuple[int, int] | None = None
    free_threaded: bool = False
    prefix: str = ""
    in_venv: bool = False

    def describe(self) -> str:
        """Return one phrase: Python, architecture and C library."""
        name = "Python" if self.implementation == "CPython" else self.implementation
        kind = " (free-threaded)" if self.free_threaded else ""
        library = ""
        if self.system == "Linux":
            library = (
                f" with glibc {dotted(self.glibc)}" if self.glibc else " without glibc"
            )
        where = "" if self.system == "Linux" else f"{self.system} "
        return f"{name} {dotted(self.version)}{kind} on {where}{self.machine}{library}"


def python_facts() -> PythonFacts:
    """Return the facts that decide which wheels fit the Python that runs this."""
    bits = struct.calcsize("P") * 8
    library, version = platform.libc_ver()
    return PythonFacts(
        version=(sys.version_info.major, sys.version_info.minor),
        implementation=platform.python_implementation(),
        machine=python_machine(platform.machine(), bits),
        bits=bits,
        system=platform.system(),
        glibc=_version(version) if library == "glibc" else None,
        free_threaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        prefix=sys.prefix,
        in_venv=sys.prefix != sys.base_prefix,
    )


def interpreter_hint(facts: PythonFacts | None = None) -> str:
    """Return one sentence: the interpreter wheel that fits, or what to do without.

    Args:
        facts: The Python to answer for; the one that runs this by default.
    """
    facts = facts or python_facts()
    command = interpreter_command(facts)
    if command:
        return f"For {facts.describe()} run: {command}"
    lacks = (
        "Neither ai-edge-litert nor tflite-runtime has a wheel for "
        f"{facts.describe()}; "
    )
    if facts.system != "Linux":
        return lacks + "use Linux on x86-64 or 64-bit Arm."
    if facts.glibc is None:
        return lacks + "use a system with the GNU C library, such as Debian or Ubuntu."
    if facts.implementation != "CPython" or facts.free_threaded:
        return lacks + f"use a plain CPython {span(DEVICE_PYTHONS)}."
    if facts.machine in ("x86_64", "aarch64"):
        if facts.glibc < (2, 27):
            return lacks + "use a system with glibc 2.27 or newer."
        return lacks + f"use Python {span(DEVICE_PYTHONS)}."
    if facts.machine == "armv7l":
        return lacks + (
            "install the 64-bit system, or use Python 3.11 "
            "(32-bit Raspberry Pi OS 12) with tflite-runtime."
        )
    return lacks + "use a 64-bit x86 or Arm system."


def interpreter_command(facts: PythonFacts) -> str:
    """Return the pip command of the interpreter that fits; empty when none fits.

    The table behind it is that of the wheels on the package index: ai-edge-litert for
    64-bit x86 and Arm, CPython 3.10 to 3.14; tflite-runtime ends at CPython 3.11 and
    NumPy 1, and is all that 32-bit Arm has.
    """
    if (
        facts.system != "Linux"
        or facts.glibc is None
        or facts.implementation != "CPython"
        or facts.free_threaded
    ):
        return ""
    oldest, newest = DEVICE_PYTHONS
    modern = facts.glibc >= (2, 27) and oldest <= facts.version <= newest
    older = facts.glibc >= (2, 17) and (3, 10) <= facts.version <= (3, 12)
    if facts.machine in ("x86_64", "aarch64") and (modern or older):
        return "pip install ai-edge-litert"
    if facts.machine == "armv7l" and facts.version in ((3, 10), (3, 11)):
        if facts.glibc >= (2, 34):
            return "pip install tflite-runtime==2.14.0 'numpy<2'"
        if facts.glibc >= (2, 17) and facts.version == (3, 10):
            return "pip install tflite-runtime==2.13.0 'numpy<2'"
    return ""


def tensorflow_hint(facts: PythonFacts | None = None) -> str:
    """Return one sentence: how to install TensorFlow, or for which Python it exists.

    Args:
        facts: The Python to answer for; the one that runs this by default.
    """
    version = (facts or python_facts()).version
    oldest, newest = CONVERT_PYTHONS
    if oldest <= version <= newest:
        return "Run: pip install tensorflow"
    return (
        f"TensorFlow has no release for Python {dotted(version)}: make a virtual "
        f"environment with Python {span(CONVERT_PYTHONS)} and run there: "
        "pip install tensorflow"
    )


def keras_2_command(tensorflow: str) -> str:
    """Return the pip command of tf-keras (Keras 2) that fits a TensorFlow.

    Each tf-keras needs the TensorFlow of its own minor version.

    Args:
        tensorflow: The version that is installed, such as "2.21.0".
    """
    series = ".".join(tensorflow.split(".")[:2])
    return f"pip install 'tf-keras=={series}.*'"


def span(versions: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """Return a range of versions as text: ``3.10 to 3.14``."""
    return f"{dotted(versions[0])} to {dotted(versions[1])}"


def python_machine(machine: str, bits: int) -> str:
    """Return the architecture of a Python: its bits count, not those of the kernel."""
    if bits == 32 and machine in ("aarch64", "armv8l", "arm64"):
        return "armv7l"
    if bits == 32 and machine == "x86_64":
        return "i686"
    return {"AMD64": "x86_64"}.get(machine, machine)


def _version(text: str) -> tuple[int, int] | None:
    parts = text.split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (ValueError, IndexError):
        return None


def dotted(version: tuple[int, ...]) -> str:
    """Return a version as text: ``(3, 11)`` as ``3.11``."""
    return ".".join(str(part) for part in version)
