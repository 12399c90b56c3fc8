"""Video files as a source: every frame, or at the speed at which they were taken."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ...errors import SourceError
from ...files import native_path
from ..frame import Frame, as_bgr
from ..uri_options import Options
from .base import Source


class _FileClock:
    """The times of a file's frames, from its first frame on.

    Some containers (H.264 in AVI) begin later than 0, and have no time for the last
    frames: such a frame comes one step after the one before.
    """

    def __init__(self) -> None:
        self._first_ms: float | None = None
        self._before_ms = self._step_ms = 0.0

    def position_s(self, stated_ms: float) -> float | None:
        """Return the time of the next frame in seconds; None means that it has none.

        Args:
            stated_ms: The time that the file states.
        """
        if self._first_ms is None:
            self._first_ms = self._before_ms = stated_ms
            return 0.0
        if stated_ms > self._before_ms:
            self._step_ms = stated_ms - self._before_ms
        elif not self._step_ms:
            return None
        self._before_ms += self._step_ms
        return (self._before_ms - self._first_ms) / 1000


class VideoSource(Source):
    """Yield the frames of a video file, each with its ``position_s``.

    Unless the file is played in real time, ``frame.details`` has the ``fps`` that its
    header states. For some files that is wrong (H.264 in AVI), and for a varying frame
    rate it is a mean; the positions are right.

    A file that ends long before the end that its header states is reported as cut off.

    Args:
        path: The video file.
        realtime: Hand frames over when they are due, like a camera: a slow consumer
            gets the newest one and the others are dropped. Otherwise none is dropped.

    Attributes:
        fps: Frames per second as the header states; 0 means that it states none.
    """

    def __init__(self, path: str | Path, *, realtime: bool = False) -> None:
        super().__init__(str(path))
        self.live = realtime
        if not Path(path).is_file():
            raise SourceError(
                f"Cannot read {path}: no such file or folder. Check the path."
            )
        with native_path(path) as readable:
            self._capture = cv2.VideoCapture(readable, cv2.CAP_FFMPEG)
            if not self._capture.isOpened():
                # An OpenCV without FFmpeg (some boards' own) may have another reader.
                self._capture = cv2.VideoCapture(readable)
        if not self._capture.isOpened():
            raise SourceError(
                f"Cannot read {path} as a video: it is damaged or cut off, or of a "
                "format that this OpenCV does not know. See 'edgevision doctor'."
            )
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps < 1000 else 0.0
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        # Negative or absurd for what is not a file; an estimate for some that are.
        self._expected = int(count) if 0 < count < 1e9 else 0

    @classmethod
    def open(
        cls,
        target: str,
        options: Mapping[str, str],
        *,
        realtime: bool = False,
        **_settings: Any,
    ) -> VideoSource:
        """Open a video file.

        Raises:
            SourceError: The file is absent, or OpenCV cannot read it.
        """
        Options("a video source", options).finish()
        return cls(target, realtime=realtime)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the file in order."""
        index = 0
        position: float | None = None
        clock = _FileClock()
        began = time.monotonic_ns()
        while not self.closed.is_set():
            ok, image = self._capture.read()
            if not ok or image is None:
                break
            now = time.monotonic_ns()
            position = clock.position_s(self._capture.get(cv2.CAP_PROP_POS_MSEC))
            if self.live:
                due = began + int((position or 0.0) * 1e9)
                if due > now and self.closed.wait((due - now) / 1e9):
                    return
                now = max(due, now)
            picture = as_bgr(np.asarray(image, np.uint8))
            details = None if self.live else {"fps": self.fps}
            yield Frame(picture, now, index, self.name, details, position)
            index += 1
        if self.closed.is_set():
            return
        if index == 0:
            raise SourceError(
                f"Cannot read {self.name}: the video holds no readable frame."
            )
        if self._is_cut_off(index, position):
            self.status.on_note(
                f"{self.name} ends after {index} of about {self._expected} frames: "
                "it is cut off or damaged there."
            )

    def _is_cut_off(self, frames: int, position: float | None) -> bool:
        """Return whether both the number of frames and the last position are too small.

        Where the header's rate is wrong, so is one of the two.
        """
        if frames >= 0.95 * self._expected - 2:
            return False
        if position is None or not self.fps:
            return True
        return position < 0.95 * self._expected / self.fps - 2 / self.fps

    def release(self) -> None:
        """Close the file."""
        self._capture.release()
