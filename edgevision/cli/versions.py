"""The versions that a report of a fault should name."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

from .. import __version__

BOARD_INTERPRETERS = ("ai-edge-litert", "tflite-runtime")
_INTERPRETERS = (*BOARD_INTERPRETERS, "tensorflow")


def versions() -> list[str]:
    """Return one line each for EdgeVision, Python and the packages that interpret.

    Nothing is imported for it: the packages' own records are read.
    """
    lines = [
        f"edgevision {__version__}",
        f"Python {platform.python_version()} on {platform.machine()}",
    ]
    lines += installed(_INTERPRETERS)
    if len(lines) == 2:
        lines.append("no interpreter: 'edgevision doctor' names the one to install")
    return lines


def installed(packages: Iterable[str]) -> list[str]:
    """Return name and version of those packages that are installed."""
    lines = []
    for package in packages:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return lines
