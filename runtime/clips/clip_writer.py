"""The thread that makes videos of JPEGs: no frame waits for it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from ...errors import SinkError
from ..closing import Closing
from .clip_file import ClipFile
from .ring import RingPacket, RingPicture

LONGEST_WAIT_S: Final = 60.0
"""So long the end of a run waits until its clips are written."""


@dataclass(frozen=True)
class _Job:
    piece: RingPicture | RingPacket | None = None
    clips: tuple[ClipFile, ...] = ()
    work: Callable[[], None] | None = field(default=None, repr=False)


class ClipWriter(Closing):
    """Appends pictures to clips, in the order in which they come.

    A picture is decoded once for all clips that it is for. What waits has a limit in
    bytes; a picture beyond it is left out, and its clips say so.

    Args:
        most_bytes: How many bytes of JPEGs may wait.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._bytes = 0
        self._ended = False
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    @property
    def room(self) -> int:
        """Return how many bytes may wait besides those that do."""
        return max(0, self._most_bytes - self._bytes)

    def add(
        self,
        piece: RingPicture | RingPacket,
        clips: Sequence[ClipFile],
        *,
        wait: bool = False,
        force: bool = False,
    ) -> bool:
        """Hand over a picture, or a packet, for clips.

        Args:
            piece: The picture or the packet.
            clips: The clips that it belongs to.
            wait: Wait for room instead of leaving it out.
            force: Take it without room.

        Returns:
            False: there was no room, and it is left out.
        """
        size = piece.size

        def has_room() -> bool:
            return not self._jobs or self._bytes + size <= self._most_bytes

        with self._changed:
            if wait:
                self._changed.wait_for(lambda: has_room() or self._error)
            if self._error is not None:
                raise self._error
            if not force and not has_room():
                return False
            self._bytes += size
            self._put(_Job(piece, tuple(clips)))
        return True

    def do(self, work: Callable[[], None]) -> None:
        """Hand over a piece of work that is done in its turn."""
        with self._changed:
            self._put(_Job(work=work))

    def close(self) -> None:
        """Wait until all is written; may be called twice.

        Raises:
            SinkError: The disk does not take it in time.
        """
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            thread = self._thread
        if thread is None:
            return
        thread.join(LONGEST_WAIT_S)
        if thread.is_alive():
            raise SinkError(
                f"The clips are not written after {LONGEST_WAIT_S:g} s. Look whether "
                "their disk is there; the next start finishes them."
            )
        if self._error is not None:
            raise self._error

    def _put(self, job: _Job) -> None:
        self._jobs.append(job)
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="edgevision-clips", daemon=True
            )
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._ended)
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            try:
                self._do(job)
            except BaseException as error:  # it reaches the run by the next picture
                with self._changed:
                    self._error = error
                    self._jobs.clear()
                    self._changed.notify_all()
                return
            with self._changed:
                if job.piece is not None:
                    self._bytes -= job.piece.size
                self._changed.notify_all()

    def _do(self, job: _Job) -> None:
        if job.work is not None:
            job.work()
        piece = job.piece
        if piece is None:
            return
        clips = [clip for clip in job.clips if not clip.has_failed]
        if not clips:
            return
        if isinstance(piece, RingPacket):
            for clip in clips:
                clip.add_packet(piece)
            return
        image = cv2.imdecode(np.frombuffer(piece.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            return  # a camera's own file, which is damaged
        for clip in clips:
            clip.add(piece, np.asarray(image, np.uint8))
