"""Made trees of system files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from edgevision.devices.cpu import Cpu
from edgevision.devices.detect import Machine
from edgevision.devices.environment import Environment
from edgevision.devices.health.health import Health
from edgevision.devices.probes import Probe
from edgevision.devices.wheels import PythonFacts
from support.boards import write_tree


@pytest.fixture
def make_tree(tmp_path):
    return lambda files: write_tree(tmp_path, files)


PI5_BOOKWORM = Environment(
    machine=Machine(
        board="Raspberry Pi 5 Model B Rev 1.0",
        system="Debian GNU/Linux 12 (bookworm)",
        system_id="debian",
        system_version="12",
        kernel="6.12",
        cpu=Cpu("Cortex-A76", "aarch64", 0x41, 0xD0B, 4, 4, frozenset()),
        memory_bytes=8 * 2**30,
        python=PythonFacts(
            (3, 11), machine="aarch64", glibc=(2, 36), prefix="/venv", in_venv=True
        ),
    ),
    health=Health(
        temperature_c=48.0,
        limits_told=("under-voltage", "throttled"),
        memory_available_bytes=4 * 2**30,
    ),
    packages={
        "numpy": "1.26.4",
        "ai-edge-litert": "2.3.0",
        "opencv-python-headless": "4.11.0.86",
    },
    probes={
        "numpy": Probe("1.26.4"),
        "cv2": Probe("4.11.0", facts={"gui": "NONE", "gstreamer": "NO"}),
        "ai_edge_litert": Probe("2.3.0"),
    },
    system_packages=True,
    disk_free_bytes=8 * 2**30,
    now=1_790_000_000.0,
)


@pytest.fixture
def make_environment():
    """Return a maker of environments: a healthy Raspberry Pi 5, with changes."""

    def make(
        *, python: dict[str, Any] | None = None, board: str | None = None, **changes
    ):
        machine = PI5_BOOKWORM.machine
        if python:
            machine = replace(machine, python=replace(machine.python, **python))
        if board is not None:
            machine = replace(machine, board=board)
        if "wants" in changes:
            changes["wants"] = frozenset(changes["wants"])
        return replace(PI5_BOOKWORM, machine=machine, **changes)

    return make
