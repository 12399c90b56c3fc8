"""Cameras, without opening a stream: who may use them, and who does."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import struct
from dataclasses import dataclass
from typing import Final

from .system_files import Tree

# VIDIOC_QUERYCAP and VIDIOC_REQBUFS of the kernel's videodev2.h.
_QUERYCAP: Final = 0x80685600
_REQBUFS: Final = 0xC0145608
_CAPTURE: Final = 0x1
_DEVICE_CAPS: Final = 0x80000000
_BUFFER_CAPTURE: Final = 1
_MEMORY_MMAP: Final = 1
_SENSOR: Final = re.compile(r"^((?:imx|ov|ar|arducam|gc|s5k)\w*)", re.IGNORECASE)


@dataclass(frozen=True)
class CameraNode:
    """One video device.

    Attributes:
        path: Its path, such as ``/dev/video0``.
        name: The name that its driver gives it; may be empty.
        may_use: This user may read and write it.
        is_busy: Another program streams from it.
        user: That program's name and number, where the system tells.
    """

    path: str
    name: str = ""
    may_use: bool = True
    is_busy: bool = False
    user: str = ""


def capture_nodes(tree: Tree) -> tuple[CameraNode, ...]:
    """Return the video devices that can capture; a device that does not say counts."""
    nodes = []
    for path in tree.paths("/dev/video*"):
        if not re.fullmatch(r"video\d+", path.name):
            continue
        name = tree.text(f"/sys/class/video4linux/{path.name}/name") or ""
        # A Pi lists its decoders and its image processor as video devices, too.
        if re.search(r"codec|isp|hevc|rpivid", name, re.IGNORECASE):
            continue
        may_use = os.access(path, os.R_OK | os.W_OK)
        captures, is_busy = _ask(str(path)) if may_use else (True, False)
        if captures:
            user = _user(tree, str(path)) if is_busy or not tree.is_live else ""
            nodes.append(
                CameraNode(
                    path=f"/dev/{path.name}",
                    name=name,
                    may_use=may_use,
                    is_busy=is_busy or bool(user),
                    user=user,
                )
            )
    return tuple(nodes)


def csi_sensors(tree: Tree) -> tuple[str, ...]:
    """Return the names of the camera sensors on ribbon cables, such as ``imx708``."""
    names: dict[str, None] = {}
    for path in tree.paths("/sys/class/video4linux/v4l-subdev*/name"):
        match = _SENSOR.match(tree.text(path) or "")
        if match:
            names[match[1].lower()] = None
    return tuple(names)


def users(tree: Tree, path: str) -> list[str]:
    """Return the programs that hold a device open, such as ``ffmpeg (process 4711)``.

    Only root sees those of other users.

    Args:
        tree: The system.
        path: The device itself; links to it are not followed.
    """
    programs = {}
    for link in tree.paths("/proc/[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(link) == path:
                number = link.parent.parent.name
                name = tree.text(f"/proc/{number}/comm") or "a program"
                programs[number] = f"{name} (process {number})"
    return list(programs.values())


def _ask(path: str) -> tuple[bool, bool]:
    """Return whether a device captures, and whether another program streams."""
    import fcntl  # absent where there are no such devices either

    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return True, error.errno == errno.EBUSY
    try:
        answer = bytearray(104)
        with contextlib.suppress(OSError):
            fcntl.ioctl(handle, _QUERYCAP, answer)
            all_caps, own_caps = struct.unpack_from("<II", answer, 84)
            caps = own_caps if all_caps & _DEVICE_CAPS else all_caps
            if not caps & _CAPTURE:
                return False, False
        # Asking for no buffers changes nothing, but is refused while another has some.
        request = bytearray(struct.pack("<5I", 0, _BUFFER_CAPTURE, _MEMORY_MMAP, 0, 0))
        try:
            fcntl.ioctl(handle, _REQBUFS, request)
        except OSError as error:
            return True, error.errno == errno.EBUSY
        return True, False
    finally:
        os.close(handle)


def _user(tree: Tree, path: str) -> str:
    own = f"(process {os.getpid()})"
    return next((user for user in users(tree, path) if not user.endswith(own)), "")
