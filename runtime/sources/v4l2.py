"""USB and other V4L2 cameras: ``0``, ``/dev/video2``, ``v4l2:/dev/video0?size=...``."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ...devices.camera_nodes import users
from ...devices.system_files import Tree
from ...errors import SourceError
from ...redaction import redact
from ..frame import Frame, Image, as_bgr
from ..uri_options import Options
from .camera_names import listed, number_warning
from .live import GIVE_UP_AFTER_S, LiveSource

_QUERYCAP: Final = 0x80685600  # VIDIOC_QUERYCAP
_CAPTURE: Final = 0x00000001
_MANY_PLANES: Final = 0x00001000
_OLDEST_STAMP_NS: Final = 60_000_000_000
# Drivers whose nodes look like cameras but give raw sensor data or are codecs.
_NOT_A_CAMERA: Final = (
    *("unicam", "rp1-cfe", "bcm2835-isp", "bcm2835-codec", "rpi-hevc-dec", "rpivid"),
    *("pispbe", "tegra-video"),
)


@dataclass(frozen=True)
class CameraMode:
    """The mode that is asked for; None, 0 and empty leave it to the driver.

    Attributes:
        size: Width and height in pixels.
        fps: Frames per second; 0 means the driver's.
        fourcc: Four letters of the pixel format, such as MJPG or YUYV.
    """

    size: tuple[int, int] | None = None
    fps: float = 0.0
    fourcc: str = ""


class V4l2Source(LiveSource):
    """A V4L2 device, read through OpenCV, with the driver's time stamps.

    Attributes:
        note: A sentence for the user, reported before the first frame, or None.
    """

    note: str | None = None

    @classmethod
    def open(
        cls,
        target: str,
        options: Mapping[str, str],
        *,
        give_up_after: float = GIVE_UP_AFTER_S,
        **_settings: Any,
    ) -> V4l2Source:
        """Open by ``v4l2:/dev/video0?size=1280x720&fps=30&fourcc=MJPG`` or a number.

        What the camera does instead of what was asked is in ``status.mode``.

        Raises:
            SourceError: The device is absent, busy, not permitted or no camera.
        """
        texts = Options("a V4L2 camera", options)
        size = texts.size("size")
        fps = texts.number("fps", 0.0, high=1000.0)
        fourcc = texts.text("fourcc")
        texts.finish()
        if fourcc and not re.fullmatch(r"[ -~]{4}", fourcc):
            raise SourceError(
                f"fourcc={fourcc} is not usable: expected four letters such as MJPG."
            )
        device = f"/dev/video{target}" if target.isdigit() else target
        mode = CameraMode(size, fps, fourcc)
        source = cls(
            device, lambda: _V4l2Grabber(device, mode), give_up_after=give_up_after
        )
        source.note = number_warning(device, cameras())
        return source

    def frames(self) -> Iterator[Frame]:
        """Yield frames; a number that may mean another camera is reported first."""
        if self.note is not None:
            self.status.on_note(self.note)
        yield from super().frames()


class _V4l2Grabber:
    """One open device."""

    def __init__(self, device: str, asked: CameraMode) -> None:
        self._device = device
        check_device(device)
        self._capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            self._capture.release()
            raise SourceError(_why_closed(device))
        if asked.fourcc:
            code = int.from_bytes(asked.fourcc.encode("ascii"), "little")
            self._capture.set(cv2.CAP_PROP_FOURCC, code)
        if asked.size:
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, asked.size[0])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, asked.size[1])
        if asked.fps:
            self._capture.set(cv2.CAP_PROP_FPS, asked.fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        # set() says yes to what a camera cannot do: only reading back is true.
        self._size = (
            int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        self.mode = self._describe(asked)

    def read(self) -> tuple[Image, int]:
        ok, image = self._capture.read()
        now = time.monotonic_ns()
        if not ok or image is None:
            if not Path(self._device).exists():
                raise SourceError(f"{self._device} is gone (unplugged).")
            raise SourceError("no picture came any more.")
        array = np.asarray(image, np.uint8)
        width, height = self._size
        if array.size == width * height * 3 and array.shape[:2] != (height, width):
            # OpenCV 4.11 hands BGR24 over as one row (opencv/opencv#27166).
            array = array.reshape(height, width, 3)
        stamp = int(self._capture.get(cv2.CAP_PROP_POS_MSEC) * 1e6)
        if not now - _OLDEST_STAMP_NS < stamp <= now:
            stamp = now  # not the monotonic clock
        return as_bgr(array), stamp

    def close(self) -> None:
        self._capture.release()

    def _describe(self, asked: CameraMode) -> str:
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        code = int(self._capture.get(cv2.CAP_PROP_FOURCC))
        fourcc = code.to_bytes(4, "little", signed=code < 0).decode("ascii", "replace")
        width, height = self._size
        mode = f"{width}x{height} at {fps:g} fps, {fourcc.strip()}"
        wrong = []
        if asked.size and asked.size != self._size:
            wrong.append(f"{asked.size[0]}x{asked.size[1]}")
        if asked.fps and abs(asked.fps - fps) > 0.5:
            wrong.append(f"{asked.fps:g} fps")
        if asked.fourcc and asked.fourcc != fourcc:
            wrong.append(asked.fourcc)
        return mode + (f" (asked for {', '.join(wrong)})" if wrong else "")


def _why_closed(device: str) -> str:
    """Return the sentence for a device that exists and does not open."""
    if programs := users(Tree(), os.path.realpath(device)):
        return (
            f"Cannot open camera {device}: it is in use by {', '.join(programs)}. End "
            "that program, or choose another --source."
        )
    return (
        f"Cannot open camera {device}: it is busy, or gives no pictures. Close the "
        f"program that uses it (find it with 'sudo fuser -v {device}'), or choose "
        "another --source."
    )


def check_device(device: str) -> None:
    """Refuse a device that cannot be opened, with a sentence that says why.

    Raises:
        SourceError: It is absent, not permitted, or no camera.
    """
    if not Path(device).exists():
        others = listed(cameras()) or "none"
        raise SourceError(
            f"Cannot open camera {redact(device)}: no such device. V4L2 cameras here: "
            f"{others}. Plug it in, or name another source, such as auto or synthetic:"
        )
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"Cannot open camera {device}: no permission. Run: sudo usermod -aG video "
            "$USER, then log in again."
        )
    if not Path(device).is_char_device():
        raise SourceError(f"Cannot open camera {device}: it is not a device.")


def cameras() -> list[str]:
    """Return the V4L2 devices that give pictures, lowest number first."""
    nodes = [p for p in Path("/dev").glob("video*") if p.name[5:].isdigit()]
    ordered = sorted(nodes, key=lambda path: int(path.name[5:]))
    return [str(path) for path in ordered if is_camera(path)]


def is_camera(path: Path) -> bool:
    """Return whether a device captures pictures that can be used as they are."""
    answer = bytearray(104)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.ioctl(descriptor, _QUERYCAP, answer)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return captures(bytes(answer))


def captures(answer: bytes) -> bool:
    """Return whether a ``v4l2_capability`` is that of a camera."""
    driver = answer[:16].split(b"\0")[0].decode("ascii", "replace")
    everything, this_node = struct.unpack_from("<II", answer, 84)
    # A device of several nodes says in device_caps what this one does.
    able = this_node if everything & 0x80000000 else everything
    return bool(able & (_CAPTURE | _MANY_PLANES)) and driver not in _NOT_A_CAMERA
