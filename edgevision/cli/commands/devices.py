"""``edgevision devices``: what is known about boards, and which one this is."""

from __future__ import annotations

from typing import Any

import click

from ...devices import detect, profile, profile_choice
from ...devices.profile import Profile
from ..options import common, echo_json, json_option
from ..paths import InputPath
from ..terminal import say
from ..usage import command
from ..versions import BOARD_INTERPRETERS, installed


@command(
    examples=(
        "edgevision devices",
        "edgevision devices pi5",
        "edgevision devices --profile board.toml",
    ),
    stray={".toml": "--profile"},
)
@click.argument(
    "device",
    required=False,
    metavar="[ID]",
    shell_complete=lambda ctx, param, typed: [
        name for name in profile.known() if name.startswith(typed)
    ],
)
@common(
    "--profile",
    "file",
    metavar="FILE.toml",
    type=InputPath(),
    help="Check and show a profile file of your own.",
)
@json_option
def devices(device: str | None, file: str | None, as_json: bool) -> None:
    """Show this machine and the boards that EdgeVision knows.

    With an ID, shows everything that is known about one board.
    """
    if device and file:
        raise click.UsageError("Give an ID or --profile FILE, not both.")
    if device or file:
        board = profile.read(file) if file else profile.load(device or "")
        if as_json:
            echo_json(board.to_dict())
        else:
            say(*_details(board))
        return
    machine = detect.detect()
    here = profile_choice.find(machine)
    profiles = [profile.load(name) for name in profile.known()]
    if as_json:
        echo_json(
            {
                "machine": machine.to_dict(),
                "profile": here.id if here else None,
                "profiles": [item.to_dict() for item in profiles],
            }
        )
        return
    say(*_machine(machine), "", *_table(profiles, here))
    say("", "More about one: edgevision devices ID", err=True)


def _machine(machine: detect.Machine) -> list[str]:
    cpu = machine.cpu
    rows = {
        "This machine": machine.board or "not named by its firmware",
        "System": f"{machine.system or 'unknown'}, kernel {machine.kernel}",
        "Processor": (
            f"{cpu.model or cpu.machine}, {cpu.cores} cores, {cpu.threads} threads "
            f"({detect.processor()})"
        ),
        "Memory": f"{machine.memory_bytes / 2**30:.1f} GiB",
        "Interpreter": " and ".join(installed(BOARD_INTERPRETERS))
        or detect.interpreter_hint(machine.python),
    }
    return [f"{name + ':':14}{value}" for name, value in rows.items()]


def _table(profiles: list[Profile], here: Profile | None) -> list[str]:
    rows = [("ID", "NAME", "PROCESSOR", "MEMORY GB", "THREADS", "FIGURES")]
    for item in profiles:
        is_here = " (this machine)" if here and item.id == here.id else ""
        only = ", published figures only" if item.status == "published-only" else ""
        rows.append(
            (
                item.id,
                item.name + is_here + only,
                _cores(item),
                "/".join(f"{size:g}" for size in item.memory_gb) or "-",
                str(item.threads or "by rule"),
                str(len(item.latencies) or "-"),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.ljust(width) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cores(item: Profile) -> str:
    cores = f"{item.processor.cores} x " if item.processor.cores else ""
    return f"{cores}{item.processor.model}"


def _details(item: Profile) -> list[str]:
    cpu = item.processor
    clock = f", {cpu.clock_mhz} MHz" if cpu.clock_mhz else ""
    memory = " or ".join(f"{size:g} GB" for size in item.memory_gb) or "any"
    rows: dict[str, Any] = {
        "ID": item.id,
        "Name": item.name,
        "Status": "supported"
        if item.status == "supported"
        else "published figures only; EdgeVision does not aim at this board",
        "Processor": f"{_cores(item)}{clock} ({', '.join(cpu.instructions)})",
        "int8": cpu.int8,
        "Memory": memory,
        "Threads": item.threads or "by rule: half of the cores, at most 4",
        "Camera": item.camera,
        "Delegates": ", ".join(item.delegates),
        "Health from": ", ".join(item.health),
    }
    lines = [f"{name + ':':14}{value}" for name, value in rows.items() if value]
    lines += [f"{'Note:':14}{note}" for note in item.notes]
    if item.systems:
        lines += ["", "Systems:"]
    for system in item.systems:
        fits = system.interpreter or "no interpreter wheel that EdgeVision can use"
        lines.append(
            f"  {system.name} (Python {system.python}, glibc {system.glibc}): {fits}"
        )
        if system.note:
            lines.append(f"    {system.note}")
    if item.latencies:
        lines += ["", "Published latencies, not measured by EdgeVision:"]
    lines += [f"  {latency.describe()}" for latency in item.latencies]
    return lines
