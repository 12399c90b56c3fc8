"""Linux's virtual V4L2 cameras, and what can be done to them: only in the rig's VM."""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

WEBCAM: Final = "/dev/video0"
CAPTURE_CARD: Final = "/dev/video1"  # its pictures have the size of its signal

# Controls of the kernel's vivid driver.
TEXT: Final = 0x00F0F001  # 2: none is written into the picture
DROPPED_PERCENT: Final = 0x00F0F040
DISCONNECT: Final = 0x00F0F041
FATAL_ERROR: Final = 0x00F0F046

_SET_CONTROL: Final = 0xC008561C  # VIDIOC_S_CTRL
_SET_TIMINGS: Final = 0xC0845657  # VIDIOC_S_DV_TIMINGS
# Size -> polarities, pixel clock, and the blanks around the picture, of CTA-861.
_SIGNALS: Final = {
    (1280, 720): (3, 74_250_000, 110, 40, 220, 5, 5, 20),
    (720, 480): (0, 27_000_000, 16, 62, 60, 9, 6, 30),
}
_DRIVER: Final = Path("/sys/bus/platform/drivers/vivid")


def control(device: str, number: int, value: int = 1) -> None:
    """Set one of the driver's controls."""
    _ask(device, _SET_CONTROL, struct.pack("<Ii", number, value))


def signal(width: int, height: int) -> None:
    """Give the capture card a signal of this size; nobody may stream from it."""
    polarities, clock, *blanks = _SIGNALS[width, height]
    timings = struct.pack("<5IQ", 0, width, height, 0, polarities, clock)
    timings += struct.pack("<6I", *blanks)
    _ask(CAPTURE_CARD, _SET_TIMINGS, timings.ljust(132, b"\0"))


def unplug() -> None:
    """Take both cameras away, which hang on one device: their nodes disappear."""
    (_DRIVER / "unbind").write_text("vivid.0")


def plug_in() -> None:
    """Bring them back; it may take a moment until the nodes are there."""
    (_DRIVER / "bind").write_text("vivid.0")
    for device in (WEBCAM, CAPTURE_CARD):
        wait_for(Path(device).exists, device)


def is_plugged_in() -> bool:
    """Return whether the cameras are there."""
    return (_DRIVER / "vivid.0").exists()


def wait_for(is_true: Callable[[], bool], what: str, limit_s: float = 30.0) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: It did not become so.
    """
    end = time.monotonic() + limit_s
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {limit_s:.0f} s")
        time.sleep(0.02)


def _ask(device: str, request: int, argument: bytes) -> None:
    handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(handle, request, bytearray(argument))
    finally:
        os.close(handle)
