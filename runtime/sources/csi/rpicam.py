"""Ribbon-cable cameras of a Raspberry Pi through rpicam-vid, which writes JPEGs."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from typing import IO, Final, cast

from ....errors import MissingDependencyError, SourceError
from ...image.jpeg import JpegQueue, ReducedDecoding
from ...late_frame import Stamped
from ...process import StderrTail
from ..first_picture import AllDamagedError, FirstPicture
from .csi_mode import INSTALL_HINT, CsiMode

_PORTION: Final = 1 << 20
_START_TIMEOUT_S: Final = 15.0
_READ_TIMEOUT_S: Final = 5.0


class RpicamGrabber:
    """A running rpicam-vid that writes JPEGs into a pipe.

    Args:
        mode: The mode that is asked for.
        program: Path of the program; None means the one that is installed.
        reduction: How small pictures may be decoded; None means whole.
    """

    def __init__(
        self,
        mode: CsiMode,
        *,
        program: str | None = None,
        reduction: ReducedDecoding | None = None,
    ) -> None:
        command = program or installed("vid")
        if not command:
            raise MissingDependencyError(f"rpicam-vid is not installed. {INSTALL_HINT}")
        width, height = mode.size
        self._process = subprocess.Popen(
            [
                *(
                    command,
                    "--camera",
                    str(mode.camera),
                    "--nopreview",
                    "--timeout",
                    "0",
                ),
                *("--width", str(width), "--height", str(height)),
                *("--framerate", f"{mode.fps:g}", "--codec", "mjpeg", "--output", "-"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C on the terminal is for the run
        )
        # It may write a line per frame, for months.
        self._errors = StderrTail(
            cast("IO[bytes]", self._process.stderr), name="edgevision-rpicam-errors"
        )
        self._queue = JpegQueue(reduction=reduction)
        try:
            self._first = FirstPicture(lambda: self._next(_START_TIMEOUT_S))
        except SourceError as error:
            self.close()
            if isinstance(error, AllDamagedError):
                raise SourceError("rpicam-vid gives damaged pictures only.") from error
            raise
        self.mode = f"{width}x{height} at {mode.fps:g} fps, MJPG by rpicam-vid"

    def read(self) -> Stamped:
        """Wait for the next picture; the stamp is the moment at which it was whole."""
        picture = self._first.take()
        return self._next(_READ_TIMEOUT_S) if picture is None else picture

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

    def _next(self, timeout_s: float) -> Stamped:
        pipe = self._process.stdout
        if pipe is None:
            raise SourceError("rpicam-vid has no output.")
        until = time.monotonic() + timeout_s
        while True:
            picture = self._queue.take()
            if picture is not None:
                return picture
            left = until - time.monotonic()
            if left <= 0:
                raise SourceError(f"rpicam-vid gave no picture for {timeout_s:.0f} s.")
            ready, _, _ = select.select([pipe], [], [], left)
            if not ready:
                continue
            data = os.read(pipe.fileno(), _PORTION)
            if not data:
                raise SourceError(f"rpicam-vid ended: {self._last_words()}")
            self._queue.feed(data)

    def _last_words(self) -> str:
        return (self._errors.lines() or ["without a word"])[-1] + "."


def installed(tool: str) -> str | None:
    """Return the path of a tool of rpicam-apps, by its new or its old name."""
    return shutil.which(f"rpicam-{tool}") or shutil.which(f"libcamera-{tool}")


def sees_camera() -> bool:
    """Return whether rpicam-hello lists a camera."""
    command = installed("hello")
    if not command:
        return False
    try:
        answer = subprocess.run(
            [command, "--list-cameras"], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"0 :" in answer.stdout + answer.stderr
