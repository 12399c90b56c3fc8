"""What this machine is: Python, C library, CPU, memory, board, system.

Also which interpreter wheel fits (:func:`interpreter_hint`) and the kind of CPU by its
instructions (:func:`processor`).
"""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

from .board_name import board
from .cpu import Cpu, cpu, processor
from .system_files import Tree
from .wheels import PythonFacts, dotted, interpreter_hint, python_facts

__all__ = [
    "Cpu",
    "Machine",
    "PythonFacts",
    "board",
    "cpu",
    "detect",
    "interpreter_hint",
    "processor",
    "python_facts",
]


@dataclass(frozen=True)
class Machine:
    """The machine that this runs on.

    Attributes:
        board: The board's name in the device tree or the firmware; may be empty.
        system: The operating system's name and version; may be empty.
        system_id: Its identifier, such as ``debian`` or ``ubuntu``; may be empty.
        system_version: Its version number, such as ``12``; may be empty.
        kernel: The kernel's release.
        cpu: The processor.
        memory_bytes: Main memory; 0 means that it is not known.
        python: The Python that runs this.
    """

    board: str
    system: str
    system_id: str
    system_version: str
    kernel: str
    cpu: Cpu
    memory_bytes: int
    python: PythonFacts

    def to_dict(self) -> dict[str, Any]:
        """Return the machine as plain JSON types."""
        values = asdict(self)
        values["cpu"]["features"] = sorted(self.cpu.features)
        values["python"]["version"] = dotted(self.python.version)
        values["python"]["glibc"] = (
            dotted(self.python.glibc) if self.python.glibc else None
        )
        return values


def detect(root: str | os.PathLike[str] | None = None) -> Machine:
    """Return what this machine is.

    Args:
        root: Folder that stands for ``/``, so that tests can replace the system.
    """
    tree = Tree(root)
    release = _os_release(tree)
    return Machine(
        board=board(tree.root),
        system=release.get("PRETTY_NAME", ""),
        system_id=release.get("ID", ""),
        system_version=release.get("VERSION_ID", ""),
        kernel=tree.text("/proc/sys/kernel/osrelease") or platform.release(),
        cpu=cpu(tree.root),
        memory_bytes=_memory(tree),
        python=python_facts(),
    )


def _memory(tree: Tree) -> int:
    for line in (tree.text("/proc/meminfo") or "").splitlines():
        if line.startswith("MemTotal:"):
            amount = line.split()[1:2]
            return int(amount[0]) * 1024 if amount and amount[0].isdigit() else 0
    return 0


def _os_release(tree: Tree) -> dict[str, str]:
    text = tree.text("/etc/os-release") or tree.text("/usr/lib/os-release") or ""
    values = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.startswith("#"):
            values[key.strip()] = value.strip().strip("\"'")
    return values
