"""The versions that a report of a fault should name."""

from __future__ import annotations

import platform
from importlib import metadata

from .. import __version__

_INTERPRETERS = ("ai-edge-litert", "tflite-runtime", "tensorflow")


def versions() -> list[str]:
    """Return one line each for EdgeVision, Python and the packages that interpret.

    Nothing is imported for it: the packages' own records are read.
    """
    lines = [
        f"edgevision {__version__}",
        f"Python {platform.python_version()} on {platform.machine()}",
    ]
    for package in _INTERPRETERS:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    if len(lines) == 2:
        lines.append("no interpreter: 'edgevision doctor' names the one to install")
    return lines
