"""All that doctor checks, as one value: Python, packages, cameras, board, disk, clock.

Checks are functions of this value, so that a test can write any environment.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import sysconfig
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from . import camera_nodes, detect, probes
from .camera_nodes import CameraNode
from .detect import Machine
from .health import Health, health
from .probes import Probe
from .system_files import Tree

WANTS: Final = ("camera", "csi", "gstreamer", "window", "convert", "video", "heic")
OPENCV_WHEELS: Final = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
_MODULES: Final = {
    "numpy": "numpy",
    "cv2": "cv2",
    "ai_edge_litert": "ai_edge_litert.interpreter",
    "tflite_runtime": "tflite_runtime.interpreter",
    "picamera2": "picamera2",
    "gi": "gi",
    "av": "av",
    "pillow_heif": "pillow_heif",
}


@dataclass(frozen=True)
class Environment:
    """All facts that the checks use.

    Attributes:
        machine: Board, system, processor, Python.
        health: One reading of heat, voltage, governor and memory.
        packages: Version by name of every installed distribution, names in lower case
            with dashes.
        probes: Result of importing a module in a child process, by top-level name; a
            module that is not installed is absent.
        wants: What the user needs, apart from running a model: names in ``WANTS``.
        cameras: Video devices that can capture.
        sensors: Names of camera sensors on a ribbon cable (CSI).
        has_display: A window could be opened.
        system_packages: A virtual environment sees the system's packages.
        is_managed: pip refuses to install here, because the system's own package
            manager does (PEP 668).
        governor_driver: Driver of the frequency governor; may be empty.
        disk_free_bytes: Free space where the user works; None means not known.
        now: Seconds since 1970 by the system's clock.
        clock_is_synchronized: None means that the system does not tell.
    """

    machine: Machine
    health: Health = field(default_factory=Health)
    packages: Mapping[str, str] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    wants: frozenset[str] = frozenset()
    cameras: tuple[CameraNode, ...] = ()
    sensors: tuple[str, ...] = ()
    has_display: bool = False
    system_packages: bool = False
    is_managed: bool = False
    governor_driver: str = ""
    disk_free_bytes: int | None = None
    now: float = 0.0
    clock_is_synchronized: bool | None = None

    @property
    def is_pi(self) -> bool:
        """Return whether the board is a Raspberry Pi."""
        return self.machine.board.startswith(("Raspberry Pi", "Compute Module"))

    @property
    def is_jetson(self) -> bool:
        """Return whether the board is a Jetson."""
        return "jetson" in self.machine.board.lower() or (
            "nvidia orin" in self.machine.board.lower()
        )

    @property
    def numpy1_command(self) -> str:
        """Return the command that goes back to NumPy 1 without breaking OpenCV.

        OpenCV 5 needs NumPy 2, and pip leaves an installed package as it is unless it
        is named; named, it goes back with NumPy.
        """
        wheels = [name for name in OPENCV_WHEELS if name in self.packages]
        return " ".join(["pip install 'numpy<2'", *wheels])

    def major(self, package: str) -> int | None:
        """Return a package's major version; None means that it is not installed."""
        match = re.match(r"\d+", self.packages.get(package, ""))
        return int(match[0]) if match else None

    def runs(self, module: str) -> bool:
        """Return whether a module could be imported."""
        probe = self.probes.get(module)
        return probe is not None and not probe.error


def gather(
    *, wants: Iterable[str] = (), root: str | os.PathLike[str] | None = None
) -> Environment:
    """Return the facts about this machine; modules are imported in child processes.

    Args:
        wants: What the user needs; names out of ``WANTS``.
        root: Folder that stands for ``/``.

    Raises:
        ValueError: A name is not in ``WANTS``.
    """
    wanted = frozenset(wants)
    unknown = sorted(wanted.difference(WANTS))
    if unknown:
        raise ValueError(
            f"wants must be of {', '.join(WANTS)}, got {', '.join(unknown)}."
        )
    tree = Tree(root)
    there = {
        name: module
        for name, module in _MODULES.items()
        if importlib.util.find_spec(name) is not None
    }
    return Environment(
        machine=detect.detect(root),
        health=health.read(root),
        packages=_packages(),
        probes=probes.probe_all(there),
        wants=wanted,
        cameras=camera_nodes.capture_nodes(tree),
        sensors=camera_nodes.csi_sensors(tree),
        has_display=bool(
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        ),
        system_packages=_sees_system_packages(),
        is_managed=_is_managed(),
        governor_driver=tree.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver")
        or "",
        disk_free_bytes=_disk_free(),
        now=time.time(),
        clock_is_synchronized=_is_synchronized(tree),
    )


def _packages() -> dict[str, str]:
    versions: dict[str, str] = {}
    for item in importlib.metadata.distributions():
        # A half-removed distribution has no name; the first on the path counts.
        name = item.metadata["Name"] if item.metadata else None
        if name:
            plain = re.sub(r"[-_.]+", "-", name).lower()
            versions.setdefault(plain, item.version or "")
    return versions


def _sees_system_packages() -> bool:
    facts = detect.python_facts()
    if not facts.in_venv:
        return True
    text = Tree("/").text(f"{facts.prefix}/pyvenv.cfg") or ""
    match = re.search(r"(?mi)^include-system-site-packages\s*=\s*(\w+)", text)
    return bool(match and match[1].lower() == "true")


def _is_managed() -> bool:
    if detect.python_facts().in_venv:
        return False
    return (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").is_file()


def _disk_free() -> int | None:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(".").free
    return None


def _is_synchronized(tree: Tree) -> bool | None:
    folder = tree.path("/run/systemd/timesync")
    return (folder / "synchronized").exists() if folder.is_dir() else None
