"""Ribbon-cable cameras: picamera2 or rpicam-vid on a Pi, Argus on a Jetson."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any

from ....devices.detect import board
from ....errors import MissingDependencyError, SourceError
from ...image.jpeg import ReducedDecoding
from ...uri_options import Options
from ..gstreamer import GstreamerGrabber
from ..live import GIVE_UP_AFTER_S, Grabber, LiveSource
from .csi_mode import INSTALL_HINT, CsiMode
from .picamera2 import Picamera2Grabber, picamera2_class
from .rpicam import RpicamGrabber, installed, sees_camera


class CsiSource(LiveSource):
    """A CSI camera, read in the first way that this board has."""

    @classmethod
    def open(
        cls,
        target: str,
        options: Mapping[str, str],
        *,
        give_up_after: float = GIVE_UP_AFTER_S,
        **_settings: Any,
    ) -> CsiSource:
        """Open by ``csi:`` or ``csi:1?size=1280x720&fps=30``.

        Raises:
            MissingDependencyError: Neither picamera2 nor rpicam-vid nor Argus is there.
            SourceError: There is no such camera, or it is busy.
        """
        texts = Options("a CSI camera", options)
        size = texts.size("size") or (1280, 720)
        fps = texts.number("fps", 30.0, low=0.1, high=1000.0)
        texts.finish()
        if target and not target.isdigit():
            raise SourceError(
                f"csi:{target} is not usable: expected csi: or a camera's number, such "
                "as csi:1."
            )
        mode = CsiMode(int(target or 0), size, fps)
        reduction = ReducedDecoding()
        source = cls(
            f"csi:{target}",
            lambda: _connect(mode, reduction),
            give_up_after=give_up_after,
        )
        source.reduction = reduction
        return source


def _connect(mode: CsiMode, reduction: ReducedDecoding) -> Grabber:
    if _is_jetson():
        return GstreamerGrabber(argus_pipeline(mode))
    camera, reason = picamera2_class()
    if camera is not None:
        return Picamera2Grabber(camera, mode)
    if installed("vid"):
        return RpicamGrabber(mode, reduction=reduction)
    raise MissingDependencyError(
        f"Reading a CSI camera needs picamera2, which cannot be imported ({reason}), "
        f"or rpicam-vid, which is not installed. {INSTALL_HINT}"
    ) from reason


def argus_pipeline(mode: CsiMode) -> str:
    """Return the GStreamer pipeline for a Jetson's camera, without its sink."""
    width, height = mode.size
    return (
        f"nvarguscamerasrc sensor-id={mode.camera} ! video/x-raw(memory:NVMM),"
        f"width={width},height={height},framerate={round(mode.fps)}/1 ! nvvidconv ! "
        "video/x-raw,format=BGRx"
    )


def has_camera() -> bool:
    """Return whether this board has a CSI camera that can be read now."""
    if _is_jetson():
        return os.path.exists("/dev/video0") and not _is_usb("/dev/video0")
    camera, _ = picamera2_class()
    if camera is None:
        return sees_camera()
    # libcamera lists USB cameras, too; those are V4L2's.
    known = camera.global_camera_info()
    return any("/usb" not in str(one.get("Id", "")) for one in known)


def _is_usb(device: str) -> bool:
    name = os.path.basename(device)
    return "/usb" in os.path.realpath(f"/sys/class/video4linux/{name}/device")


def _is_jetson() -> bool:
    return platform.machine() == "aarch64" and board().startswith("NVIDIA")
