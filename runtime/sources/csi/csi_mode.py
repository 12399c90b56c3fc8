"""The mode that is asked of a ribbon-cable camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INSTALL_HINT: Final = (
    "Run: sudo apt install python3-picamera2 (and use a venv made with "
    "--system-site-packages), or sudo apt install rpicam-apps."
)
"""What to run where no way to read the camera is installed."""


@dataclass(frozen=True)
class CsiMode:
    """The camera that is asked for, and its mode.

    Attributes:
        camera: Number of the camera, as ``rpicam-hello --list-cameras`` counts.
        size: Width and height in pixels.
        fps: Frames per second.
    """

    camera: int = 0
    size: tuple[int, int] = (1280, 720)
    fps: float = 30.0
