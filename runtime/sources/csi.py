"""Ribbon-cable cameras: picamera2 or rpicam-vid on a Pi, Argus on a Jetson."""

from __future__ import annotations

import concurrent.futures
import importlib
import os
import platform
import select
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final, cast

import numpy as np

from ...devices.detect import board
from ...errors import MissingDependencyError, SourceError
from ..frame import Image
from ..process import LastWords
from ..uri_options import Options
from .gstreamer import GstreamerGrabber
from .live import GIVE_UP_AFTER_S, Grabber, LiveSource
from .stdin import JpegSplitter, decode_jpeg

_CURE: Final = (
    "Run: sudo apt install python3-picamera2 (and use a venv made with "
    "--system-site-packages), or sudo apt install rpicam-apps."
)
_PORTION: Final = 1 << 20
_START_TIMEOUT_S: Final = 15.0
_READ_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True)
class CsiMode:
    """Say which camera is wanted and how.

    Attributes:
        camera: Number of the camera, as ``rpicam-hello --list-cameras`` counts.
        size: Width and height in pixels.
        fps: Frames per second.
    """

    camera: int = 0
    size: tuple[int, int] = (1280, 720)
    fps: float = 30.0


class CsiSource(LiveSource):
    """Read a CSI camera by the first way that this board has."""

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
        given = Options("a CSI camera", options)
        size = given.size("size") or (1280, 720)
        fps = given.number("fps", 30.0, low=0.1, high=1000.0)
        given.finish()
        if target and not target.isdigit():
            raise SourceError(
                f"csi:{target} is not usable: expected csi: or a camera's number, such "
                "as csi:1."
            )
        mode = CsiMode(int(target or 0), size, fps)
        return cls(f"csi:{target}", lambda: _connect(mode), give_up_after=give_up_after)


def _connect(mode: CsiMode) -> Grabber:
    if _is_jetson():
        return GstreamerGrabber(argus_pipeline(mode))
    camera, reason = _picamera2()
    if camera is not None:
        return Picamera2Grabber(camera, mode)
    if shutil.which("rpicam-vid") or shutil.which("libcamera-vid"):
        return RpicamGrabber(mode)
    raise MissingDependencyError(
        f"Reading a CSI camera needs picamera2, which cannot be imported ({reason}), "
        f"or rpicam-vid, which is not installed. {_CURE}"
    ) from reason


def _picamera2() -> tuple[Any, Exception | None]:
    """Return picamera2's camera class, or None and what its import raised."""
    try:
        return importlib.import_module("picamera2").Picamera2, None
    # ValueError: apt's simplejpeg is built for NumPy 1 (raspberrypi/picamera2#1211).
    except (ImportError, AttributeError, ValueError, OSError, RuntimeError) as error:
        return None, error


class Picamera2Grabber:
    """Hold one camera of picamera2, with the sensor's time stamps.

    Args:
        factory: ``picamera2.Picamera2`` or a stand-in with its documented methods.
        mode: What is wanted.
    """

    def __init__(self, factory: Any, mode: CsiMode) -> None:
        known = factory.global_camera_info()
        if mode.camera >= len(known):
            raise SourceError(
                f"There is no CSI camera {mode.camera}; libcamera sees {len(known)}. "
                "Look at 'rpicam-hello --list-cameras' and at the cable."
            )
        try:
            self._camera = factory(mode.camera)
            configuration = self._camera.create_video_configuration(
                # libcamera's name for what lies in memory as B, G, R.
                main={"size": mode.size, "format": "RGB888"},
                controls={"FrameRate": mode.fps},
            )
            self._camera.configure(configuration)
            self._camera.start()
        except (RuntimeError, OSError, IndexError) as error:
            raise SourceError(
                f"Cannot start CSI camera {mode.camera}: {error}. Close the program "
                "that uses it."
            ) from error
        width, height = self._camera.camera_configuration()["main"]["size"]
        self.mode = f"{width}x{height} at {mode.fps:g} fps"
        if (width, height) != mode.size:
            self.mode += f" (asked for {mode.size[0]}x{mode.size[1]})"

    def read(self) -> tuple[Image, int]:
        """Wait for the next picture; the stamp is the sensor's."""
        try:
            job = self._camera.capture_request(wait=False)
            request = self._camera.wait(job, timeout=_READ_TIMEOUT_S)
        except concurrent.futures.TimeoutError as error:
            raise SourceError(
                f"no picture came for {_READ_TIMEOUT_S:.0f} s."
            ) from error
        except (RuntimeError, OSError) as error:
            raise SourceError(f"picamera2 reports: {error}.") from error
        try:
            image = np.array(request.make_array("main")[:, :, :3], np.uint8, order="C")
            sensor_ns = request.get_metadata().get("SensorTimestamp")
        finally:
            request.release()
        return image, monotonic_of(sensor_ns)

    def close(self) -> None:
        """Stop the camera and let go of it."""
        self._camera.stop()
        self._camera.close()


class RpicamGrabber:
    """Hold a running rpicam-vid that writes JPEGs into a pipe.

    Args:
        mode: What is wanted.
        program: The program; by default the one that is installed.
    """

    def __init__(self, mode: CsiMode, *, program: str | None = None) -> None:
        found = program or shutil.which("rpicam-vid") or shutil.which("libcamera-vid")
        if not found:
            raise MissingDependencyError(f"rpicam-vid is not installed. {_CURE}")
        width, height = mode.size
        self._process = subprocess.Popen(
            [
                *(found, "--camera", str(mode.camera), "--nopreview", "--timeout", "0"),
                *("--width", str(width), "--height", str(height)),
                *("--framerate", f"{mode.fps:g}", "--codec", "mjpeg", "--output", "-"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C on the terminal is for the run
        )
        # It may write a line per frame, for months.
        self._errors = LastWords(
            cast("IO[bytes]", self._process.stderr), name="edgevision-rpicam-errors"
        )
        self._splitter = JpegSplitter()
        self._waiting: list[bytes] = []
        try:
            self._first: tuple[Image, int] | None = self._next(_START_TIMEOUT_S)
        except SourceError:
            self.close()
            raise
        self.mode = f"{width}x{height} at {mode.fps:g} fps, MJPG by rpicam-vid"

    def read(self) -> tuple[Image, int]:
        """Wait for the next picture; the stamp is when it was whole."""
        if self._first is not None:
            picture, self._first = self._first, None
            return picture
        return self._next(_READ_TIMEOUT_S)

    def close(self) -> None:
        """End the program."""
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _next(self, timeout_s: float) -> tuple[Image, int]:
        pipe = self._process.stdout
        if pipe is None:
            raise SourceError("rpicam-vid has no output.")
        until = time.monotonic() + timeout_s
        while True:
            while self._waiting:
                image = decode_jpeg(self._waiting.pop(0))
                if image is not None:
                    return image, time.monotonic_ns()
            left = until - time.monotonic()
            if left <= 0:
                raise SourceError(f"rpicam-vid gave no picture for {timeout_s:.0f} s.")
            ready, _, _ = select.select([pipe], [], [], left)
            if not ready:
                continue
            data = os.read(pipe.fileno(), _PORTION)
            if not data:
                raise SourceError(f"rpicam-vid ended: {self._last_words()}")
            self._waiting += self._splitter.feed(data)

    def _last_words(self) -> str:
        return (self._errors.lines() or ["without a word"])[-1] + "."


def argus_pipeline(mode: CsiMode) -> str:
    """Return the GStreamer pipeline for a Jetson's camera, without its sink."""
    width, height = mode.size
    return (
        f"nvarguscamerasrc sensor-id={mode.camera} ! video/x-raw(memory:NVMM),"
        f"width={width},height={height},framerate={round(mode.fps)}/1 ! nvvidconv ! "
        "video/x-raw,format=BGRx"
    )


def monotonic_of(sensor_ns: int | None) -> int:
    """Turn libcamera's time stamp (since boot) into ``time.monotonic_ns()``.

    The two clocks differ by the time that the board slept. Without a stamp, or with one
    from the future or a minute ago, it is now.
    """
    now = time.monotonic_ns()
    if sensor_ns is None:
        return now
    asleep = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - now
    stamp = int(sensor_ns) - asleep
    return stamp if now - 60_000_000_000 < stamp <= now else now


def has_camera() -> bool:
    """Tell whether this board has a CSI camera that can be read now."""
    if _is_jetson():
        return os.path.exists("/dev/video0") and not _is_usb("/dev/video0")
    camera, _ = _picamera2()
    if camera is None:
        return _rpicam_sees_one()
    # libcamera lists USB cameras, too; those are V4L2's.
    known = camera.global_camera_info()
    return any("/usb" not in str(one.get("Id", "")) for one in known)


def _rpicam_sees_one() -> bool:
    found = shutil.which("rpicam-hello") or shutil.which("libcamera-hello")
    if not found:
        return False
    try:
        answer = subprocess.run(
            [found, "--list-cameras"], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"0 :" in answer.stdout + answer.stderr


def _is_usb(device: str) -> bool:
    name = os.path.basename(device)
    return "/usb" in os.path.realpath(f"/sys/class/video4linux/{name}/device")


def _is_jetson() -> bool:
    return platform.machine() == "aarch64" and board().startswith("NVIDIA")
