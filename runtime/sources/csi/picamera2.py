"""Ribbon-cable cameras of a Raspberry Pi through picamera2."""

from __future__ import annotations

import concurrent.futures
import importlib
import time
from typing import Any, Final

import numpy as np

from ....errors import SourceError
from ...frame import Image
from .csi_mode import CsiMode

_READ_TIMEOUT_S: Final = 5.0


def picamera2_class() -> tuple[Any, Exception | None]:
    """Return picamera2's camera class, or None and the error of its import."""
    try:
        return importlib.import_module("picamera2").Picamera2, None
    # ValueError: apt's simplejpeg is built for NumPy 1 (raspberrypi/picamera2#1211).
    except (ImportError, AttributeError, ValueError, OSError, RuntimeError) as error:
        return None, error


class Picamera2Grabber:
    """One camera of picamera2, with the sensor's time stamps.

    Args:
        factory: ``picamera2.Picamera2`` or a stand-in with its documented methods.
        mode: The mode that is asked for.
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


def monotonic_of(sensor_ns: int | None) -> int:
    """Convert libcamera's time stamp (since boot) to ``time.monotonic_ns()``.

    The two clocks differ by the time that the board slept. Without a stamp, or with one
    from the future or a minute ago, it is now.
    """
    now = time.monotonic_ns()
    if sensor_ns is None:
        return now
    asleep = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - now
    stamp = int(sensor_ns) - asleep
    return stamp if now - 60_000_000_000 < stamp <= now else now
