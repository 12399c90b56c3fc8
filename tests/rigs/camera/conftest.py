"""The two virtual cameras, put back into order before each test."""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path

import cv2
import pytest
from support import vivid

IN_VM = os.environ.get("EDGEVISION_CAMERA_VM") == "1"
KERNEL = ".".join(platform.release().split(".")[:2])
AGAINST = f"Linux {KERNEL}'s virtual camera (vivid) in a VM, OpenCV {cv2.__version__}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what would unplug cameras outside the rig."""
    if IN_VM:
        return
    skip = pytest.mark.skip(reason="needs the virtual cameras of 'make test-camera'")
    for item in items:
        if "camera" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def against() -> str:
    """Return what the faults were seen on, for the fault table."""
    return AGAINST


@pytest.fixture(autouse=True)
def _cameras_in_order() -> None:
    if not IN_VM:
        return
    if not vivid.is_plugged_in():
        vivid.plug_in()
    for device in (vivid.WEBCAM, vivid.CAPTURE_CARD):
        Path(device).chmod(0o660)
        # A disconnected device answers no more until its last user has closed it.
        with contextlib.suppress(OSError):
            vivid.control(device, vivid.TEXT, 2)
        vivid.control(device, vivid.TEXT, 2)
        vivid.control(device, vivid.DROPPED_PERCENT, 0)
    vivid.signal(1280, 720)
