"""V4L2 cameras by the names that they keep."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# By maker, model and serial number; by the socket that the camera is plugged into.
_NAMES: Final = ("by-id", "by-path")


def stable_names(
    devices: Sequence[str], *, root: str | Path = "/dev/v4l"
) -> dict[str, str]:
    """Return the name of each device that is the same after the next start.

    ``/dev/video0`` is the camera that was found first, another one perhaps after a
    start. udev's links name the camera by its serial number. Where two cameras share
    one such name (of one model, without serial numbers), all are named by the socket.

    Args:
        devices: Devices, such as ``/dev/video0``.
        root: The folder of udev's links.

    Returns:
        The names by device; without those that udev has no link for.
    """
    best: dict[str, str] = {}
    for kind in _NAMES:
        names: dict[str, str] = {}
        for link in sorted(Path(root, kind).glob("*")):
            names.setdefault(os.path.realpath(link), str(link))
        named = {
            device: names[real]
            for device in devices
            if (real := os.path.realpath(device)) in names
        }
        if len(named) > len(best):
            best = named
    return best


def listed(devices: Sequence[str], *, root: str | Path = "/dev/v4l") -> str:
    """Return devices in words, each with the name that stays."""
    names = stable_names(devices, root=root)
    return ", ".join(
        f"{device} ({names[device]})" if device in names else device
        for device in devices
    )


def number_warning(
    device: str, devices: Sequence[str], *, root: str | Path = "/dev/v4l"
) -> str | None:
    """Return what to say of a camera that is named by its number among several.

    Args:
        device: The camera that is opened.
        devices: All cameras here.
        root: As for :func:`stable_names`.

    Returns:
        None means that there is one camera, or that its name stays as it is.
    """
    if len(devices) < 2 or device not in devices:
        return None
    others = [other for other in devices if other != device]
    name = stable_names(devices, root=root).get(device)
    cure = f" --source {name} names this one at every start." if name else ""
    return (
        f"{device} is one of {len(devices)} cameras; the others: "
        f"{listed(others, root=root)}. After the next start the numbers may be "
        f"others.{cure}"
    )
