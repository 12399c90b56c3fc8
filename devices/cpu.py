"""The processor: its name, its cores and its instructions."""

from __future__ import annotations

import os
import platform
import struct
from dataclasses import dataclass
from typing import Final

from .system_files import Tree
from .wheels import python_machine

# implementer -> part -> core, as /proc/cpuinfo of Arm kernels numbers them.
ARM_CORES: Final = {
    0x41: {
        0xB76: "ARM1176",
        0xC07: "Cortex-A7",
        0xC0F: "Cortex-A15",
        0xD03: "Cortex-A53",
        0xD04: "Cortex-A35",
        0xD05: "Cortex-A55",
        0xD07: "Cortex-A57",
        0xD08: "Cortex-A72",
        0xD09: "Cortex-A73",
        0xD0A: "Cortex-A75",
        0xD0B: "Cortex-A76",
        0xD0C: "Neoverse-N1",
        0xD0D: "Cortex-A77",
        0xD40: "Neoverse-V1",
        0xD41: "Cortex-A78",
        0xD42: "Cortex-A78AE",
        0xD49: "Neoverse-N2",
        0xD4F: "Neoverse-V2",
    },
    0x4E: {0x003: "Denver 2", 0x004: "Carmel"},
}

# Kernels are chosen by instructions, not by the name of the chip: the best one counts.
_X86_LEVELS: Final[tuple[tuple[str, str], ...]] = (
    ("amx_int8", "amx"),
    ("avx512_vnni", "avx512vnni"),
    ("avx_vnni", "avxvnni"),
    ("avx512bw", "avx512"),
    ("avx2", "avx2"),
    ("avx", "avx"),
    ("sse4_1", "sse41"),
)
_ARM_LEVELS: Final[tuple[tuple[str, str], ...]] = (
    ("i8mm", "i8mm"),
    ("asimddp", "dotprod"),
    ("asimd", "neon"),
    ("neon", "neon"),
)


@dataclass(frozen=True)
class Cpu:
    """The processor.

    Attributes:
        model: Its name, such as ``Cortex-A76``; may be empty.
        machine: Architecture of the kernel.
        implementer: Arm's number of the maker; 0 elsewhere.
        part: Arm's number of the core; 0 elsewhere.
        cores: Physical cores that this process may use.
        threads: Logical processors that this process may use.
        features: Instruction flags as the kernel spells them.
    """

    model: str
    machine: str
    implementer: int
    part: int
    cores: int
    threads: int
    features: frozenset[str]


def cpu(root: str | os.PathLike[str] | None = None) -> Cpu:
    """Return the processor's name, cores and instruction flags."""
    tree = Tree(root)
    blocks = _cpuinfo(tree)
    first: dict[str, str] = {}
    # Boards with two kinds of core list the small ones first: the last block is big.
    for block in blocks:
        first = {**first, **block}
    implementer = _number(first.get("CPU implementer", ""))
    part = _number(first.get("CPU part", ""))
    model = ARM_CORES.get(implementer, {}).get(part, "") or first.get("model name", "")
    flags = first.get("flags") or first.get("Features") or ""
    numbers = [
        int(block["processor"])
        for block in blocks
        if block.get("processor", "").isdigit()
    ]
    usable = set(numbers)
    if tree.is_live and hasattr(os, "sched_getaffinity"):
        usable = os.sched_getaffinity(0)
    threads = len(usable) or os.cpu_count() or 1
    return Cpu(
        model=model,
        machine=platform.machine() if tree.is_live else _tree_machine(first),
        implementer=implementer,
        part=part,
        cores=min(_physical_cores(tree, usable) or threads, threads),
        threads=threads,
        features=frozenset(flags.split()),
    )


def processor(root: str | os.PathLike[str] | None = None) -> str:
    """Return a short stable name of the kind of CPU, by its best instructions.

    Interpreters choose their kernels by instructions, so two chips of one kind give the
    same numbers: ``x86_64-avx512vnni``, ``aarch64-dotprod`` (Pi 5), ``aarch64-neon``
    (Pi 3, Pi 4). The second half is ``unknown`` when the system does not tell it.
    """
    chip = cpu(root)
    machine = chip.machine
    if Tree(root).is_live:
        machine = python_machine(machine, struct.calcsize("P") * 8)
    is_arm = machine.startswith(("arm", "aarch64"))
    levels = _ARM_LEVELS if is_arm else _X86_LEVELS
    level = next((name for flag, name in levels if flag in chip.features), "unknown")
    return f"{machine}-{level}"


def _tree_machine(block: dict[str, str]) -> str:
    if "vendor_id" in block:
        return "x86_64"
    return "aarch64" if "asimd" in block.get("Features", "").split() else "armv7l"


def _cpuinfo(tree: Tree) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    for text in (tree.text("/proc/cpuinfo") or "").split("\n\n"):
        block = {}
        for line in text.splitlines():
            key, _, value = line.partition(":")
            block[key.strip()] = value.strip()
        # The trailing Hardware/Revision/Model block of a Pi has no processor.
        if "processor" in block:
            blocks.append(block)
    return blocks


def _physical_cores(tree: Tree, usable: set[int]) -> int:
    cores = set()
    for number in usable:
        folder = f"/sys/devices/system/cpu/cpu{number}/topology"
        siblings = tree.text(f"{folder}/core_cpus_list") or tree.text(
            f"{folder}/thread_siblings_list"
        )
        if siblings:
            cores.add(siblings)
    return len(cores)


def _number(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        return 0
