"""A camera that is opened again and again, whatever happens to it."""

from __future__ import annotations

import contextlib
import copy
import os
import time
from collections.abc import Callable, Iterator
from typing import Final

from ...errors import SourceError
from ..frame import Frame
from ..sources import Source, open_source, parse_source
from .camera import Camera

# These are there or not, whatever was typed; a file that is missing is an error.
_CAMERAS: Final = frozenset({"auto", "csi", "gst", "network", "v4l2"})
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0


class ReopenedSource(Source):
    """Frames of a camera that is opened when the first frame is wanted, and again.

    A camera that cannot be opened, or that fails, is closed and tried again after 1, 2,
    4 ... 60 seconds until it is back. The pauses begin anew with its next picture. A
    stream that ends by itself is over. Numbers of frames go on where they were.

    Args:
        name: What the camera is called until it is open.
        open_camera: Opens it, or raises ``SourceError``.
        first: The camera, where it is open already.
    """

    live = True

    def __init__(
        self,
        name: str,
        open_camera: Callable[[], Source],
        *,
        first: Source | None = None,
    ) -> None:
        super().__init__(name)
        self._open_camera = open_camera
        self._camera = first
        self._wait_s = _FIRST_WAIT_S
        self._numbers = 0
        self._last_ns = 0
        self._lost = False

    def frames(self) -> Iterator[Frame]:
        """Yield frames, and open the camera again whenever it fails."""
        self._last_ns = time.monotonic_ns()
        while not self.closed.is_set():
            try:
                yield from self._frames_of(self._opened())
                return
            except SourceError as error:
                if not self._lost and not self.closed.is_set():
                    self._lost = True
                    self.status.on_note(
                        f"The camera cannot be read: {error} It is opened again until "
                        "it is back."
                    )
            self._camera = None
            if self.closed.wait(self._wait_s):
                return
            self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _opened(self) -> Source:
        """Return the camera, open."""
        camera = self._camera
        if camera is None:
            camera = self._camera = self._open_camera()
        if self.closed.is_set():
            camera.close()
        self.name = camera.name
        camera.reduction.rule = self.reduction.rule
        camera.packets.taker = self.packets.taker
        camera.status.on_note = lambda text: self.status.on_note(text)
        return camera

    def _frames_of(self, camera: Source) -> Iterator[Frame]:
        """Yield the frames of the camera while it is open."""
        counted = (0, 0.0, 0, 0)
        first = self._numbers
        try:
            with contextlib.closing(iter(camera)) as frames:
                for frame in frames:
                    self._wait_s = _FIRST_WAIT_S
                    counted = self._count(camera, counted)
                    if self._lost:
                        self._lost = False
                        self._count_gap(frame)
                    self._last_ns = frame.timestamp_ns
                    self._numbers = first + frame.index + 1
                    yield _renumbered(frame, first) if first else frame
        finally:
            self._count(camera, counted)

    def _count(
        self, camera: Source, before: tuple[int, float, int, int]
    ) -> tuple[int, float, int, int]:
        """Add what the camera has counted since the last look."""
        status, own = camera.status, self.status
        now = (status.reconnects, status.gap_s, status.unreadable, status.damaged)
        if now != before:
            own.reconnects += now[0] - before[0]
            own.gap_s += now[1] - before[1]
            own.unreadable += now[2] - before[2]
            own.damaged += now[3] - before[3]
        own.mode = status.mode
        self.reduction.used = max(self.reduction.used, camera.reduction.used)
        return now

    def _count_gap(self, frame: Frame) -> None:
        gap_s = max(frame.timestamp_ns - self._last_ns, 0) / 1e9
        self.status.reconnects += 1
        self.status.gap_s += gap_s
        self.status.on_note(f"{self.name} is back after {gap_s:.1f} s.")

    def close(self) -> None:
        """Ask the iteration to end; may be called twice, and from another thread."""
        super().close()
        camera = self._camera
        if camera is not None:
            camera.close()


def open_camera(name: str, camera: Camera) -> Source:
    """Open the source of a camera; one that can be opened again is, when it fails.

    A camera's string is opened later, by the thread that reads, so that a camera that
    is not there keeps nobody waiting.

    Args:
        name: The camera's name.
        camera: Its settings.

    Raises:
        SourceError: A file cannot be opened, or the string is not usable.
        TypeError: The source is something else.
    """
    source = camera.source
    if isinstance(source, Source):
        return source
    if isinstance(source, (str, os.PathLike)):
        text = os.fspath(source)

        def make() -> Source:
            return open_source(
                text, realtime=camera.realtime, give_up_after=camera.give_up_after
            )

        if parse_source(text).kind in _CAMERAS:
            return ReopenedSource(name, make)
        return make()
    if not callable(source):
        raise TypeError(
            f"The source of camera {name!r} must be a string, a Source or what returns "
            f"one, got {type(source).__name__}."
        )
    first = source()
    if not isinstance(first, Source):
        raise TypeError(
            f"The source of camera {name!r} must return a Source, got "
            f"{type(first).__name__}."
        )
    return ReopenedSource(first.name, source, first=first) if first.live else first


def _renumbered(frame: Frame, first: int) -> Frame:
    """Return the same frame with a later number; what is not decoded stays so."""
    later = copy.copy(frame)
    object.__setattr__(later, "index", first + frame.index)
    return later
