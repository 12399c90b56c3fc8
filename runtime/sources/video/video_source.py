"""Video files as a source: every frame, or at the speed at which they were taken."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ....errors import SourceError
from ....files import native_path
from ...frame import Frame
from ...pyav import has_pyav
from ...uri_options import Options
from ..base import Source
from .file_clock import FileClock
from .reader import VideoReader


class VideoSource(Source):
    """Yield the frames of a video file, each with its ``position_s``.

    Unless the file is played in real time, ``frame.details`` has the ``fps`` that its
    header states. For some files that is wrong (H.264 in AVI), and for a varying frame
    rate it is a mean; the positions are right.

    A file that ends long before the end that its header states is reported as cut off.
    Pictures that do not decode are left out and counted, where PyAV reads the file.

    Args:
        path: The video file.
        realtime: Hand frames over when they are due, like a camera: a slow consumer
            gets the newest one and the others are dropped. Otherwise none is dropped.
        reader: Opens the file; by default PyAV does, or OpenCV where it is absent.

    Attributes:
        fps: Frames per second as the header states; 0 means that it states none.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        realtime: bool = False,
        reader: Callable[[str | Path], VideoReader] | None = None,
    ) -> None:
        super().__init__(str(path))
        self.live = realtime
        if not Path(path).is_file():
            raise SourceError(
                f"Cannot read {path}: no such file or folder. Check the path."
            )
        self._reader = (reader or open_reader)(path)
        self.fps = self._reader.fps

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
            SourceError: The file is absent, or cannot be read as a video.
        """
        Options("a video source", options).finish()
        return cls(target, realtime=realtime)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the file in order."""
        index = 0
        position: float | None = None
        clock = FileClock()
        began = time.monotonic_ns()
        while not self.closed.is_set():
            picture = self._reader.read()
            self._count_damaged()
            if picture is None:
                break
            image, stated_ms = picture
            now = time.monotonic_ns()
            position = clock.position_s(stated_ms)
            if self.live:
                due = began + int((position or 0.0) * 1e9)
                if due > now and self.closed.wait((due - now) / 1e9):
                    return
                now = max(due, now)
            details = None if self.live else {"fps": self.fps}
            yield Frame(image, now, index, self.name, details, position)
            index += 1
        if self.closed.is_set():
            return
        if index == 0:
            codec = f" ({self._reader.codec})" if self._reader.codec else ""
            raise SourceError(
                f"Cannot read {self.name}: the video{codec} holds no readable frame."
            )
        if self._is_cut_off(index, position):
            self.status.on_note(
                f"{self.name} ends after {index} of about "
                f"{self._reader.expected_frames} frames: it is cut off or damaged "
                "there."
            )

    def _count_damaged(self) -> None:
        if self._reader.damaged == self.status.unreadable:
            return
        if not self.status.unreadable:
            self.status.on_note(
                f"Pictures of {self.name} are damaged. They are skipped, and so are "
                "those that build on them."
            )
        self.status.unreadable = self._reader.damaged

    def _is_cut_off(self, frames: int, position: float | None) -> bool:
        """Return whether both the number of frames and the last position are too small.

        Where the header's rate is wrong, so is one of the two.
        """
        expected = self._reader.expected_frames
        if frames + self.status.unreadable >= 0.95 * expected - 2:
            return False
        if position is None or not self.fps:
            return True
        return position < 0.95 * self._reader.expected_s - 2 / self.fps

    def release(self) -> None:
        """Close the file."""
        self._reader.close()


def open_reader(path: str | Path) -> VideoReader:
    """Open a video file by PyAV, or by OpenCV where PyAV is absent.

    Raises:
        SourceError: It cannot be read as a video.
    """
    if not has_pyav():
        from .opencv_reader import OpencvReader

        return OpencvReader(path)
    from .pyav_reader import PyavReader

    # An absolute name: FFmpeg takes "12:30.mp4" for an address.
    with native_path(os.path.abspath(path)) as readable:
        return PyavReader(readable, name=str(path))
