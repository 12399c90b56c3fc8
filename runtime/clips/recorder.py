"""Clips of one stream: takes frames and reports, and holds no frame up."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ..closing import Closing
from ..frame import Frame, Image
from ..late_frame import LateFrame
from ..rule_event import RuleEvent
from ..wall_clock import wall_seconds
from .best_picture import encoded
from .clip_folder import ClipFolder, log_note
from .clip_settings import ClipSettings
from .clip_writer import LONGEST_WAIT_S, ClipWriter
from .jpeg_ring import JpegRing, RingPicture
from .running_clips import Finder, RunningClips

MOST_WAITING: Final = 4
"""Frames that wait to be encoded; each holds its pixels."""
SILENT_S: Final = 30.0
"""A camera that gives no picture for so long ends its clips."""
_LOOK_S: Final = 1.0
_EXTRA_S: Final = 10.0  # a rule's own seconds: "person in yard for 10s"


@dataclass(frozen=True)
class _Shot:
    frame: Frame | None
    rule_events: tuple[RuleEvent, ...] = ()
    find: Finder | None = None
    left_out: int = 0


class ClipRecorder(Closing):
    """Keeps the last seconds of a stream, and writes a clip of each event.

    A thread encodes the frames, another one writes the clips. A frame of a camera never
    waits for them: where they are too slow, pictures are left out, counted, and stated
    in the clip's JSON. Frames of a video file wait.

    Pictures of a frame must not change after it was added.

    Args:
        settings: What it keeps.
        folder: Where clips go; not closed here.
        passes_jpegs: A camera's JPEG goes into the ring as it came, where the frame
            holds one. Not where anything of the picture is to be covered.
        on_note: Called with one sentence; the log's warnings by default.

    Attributes:
        clips: The clips that grow; for their ``model`` and ``source``.
        encoded: How many pictures were encoded.
        passed: How many JPEGs went into the ring as they came.
        left_out: How many frames were left out because encoding was too slow.
    """

    def __init__(
        self,
        settings: ClipSettings,
        folder: ClipFolder,
        *,
        passes_jpegs: bool = False,
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._passes_jpegs = passes_jpegs
        self._on_note = on_note or log_note
        self._period_s = 1 / settings.fps if settings.fps else 0.0
        self._due_s: float | None = None
        self._last_s: float | None = None
        self._ring = JpegRing(settings.before + _EXTRA_S, settings.memory)
        self._writer = ClipWriter(settings.memory)
        self.clips = RunningClips(
            settings, folder, self._ring, self._writer, on_note=self._on_note
        )
        self.encoded = self.passed = self.left_out = 0
        self._missing = 0  # of these, since the last one that was taken
        self._changed = threading.Condition()
        self._shots: deque[_Shot] = deque()
        self._ended = False
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._writer.do(folder.tidy)

    def add(
        self,
        frame: Frame,
        rule_events: Sequence[RuleEvent] = (),
        find: Finder | None = None,
    ) -> None:
        """Take a frame, in the order of the stream.

        Args:
            frame: The frame, as it may leave the process.
            rule_events: What the rules report with it.
            find: Called later with the id of a track; returns where the frame shows it.
        """
        self._raise_error()
        is_kept = self._is_due(frame.time_s) or any(
            one.phase == "start" for one in rule_events
        )
        if not is_kept and not rule_events:
            return
        is_patient = frame.position_s is not None
        with self._changed:
            if is_kept and is_patient:
                self._changed.wait_for(lambda: self._has_room() or self._error)
            if is_kept and self._has_room():
                missing, self._missing = self._missing, 0
                shot = _Shot(frame, tuple(rule_events), find, missing)
                self._put(shot, is_patient=is_patient)
                return
            if is_kept:
                self._leave_out()
            if rule_events:
                self._put(_Shot(None, tuple(rule_events)), is_patient=is_patient)

    def report(self, rule_events: Sequence[RuleEvent]) -> None:
        """Take reports without a frame: those with which a run ends."""
        self._raise_error()
        if rule_events:
            with self._changed:
                self._put(_Shot(None, tuple(rule_events)), is_patient=True)

    def close(self) -> None:
        """End all clips and wait until they are written; may be called twice.

        Raises:
            SinkError: The disk does not take them in time.
        """
        with self._changed:
            is_first = not self._ended
            self._ended = True
            self._changed.notify_all()
        if not is_first:
            return
        if self._thread is not None:
            self._thread.join(LONGEST_WAIT_S)
        if self._thread is None or not self._thread.is_alive():
            self.clips.end_all("run")
        self._writer.close()
        if self.left_out:
            self._on_note(
                f"Clips: {self.left_out} frames were left out, because this board is "
                "too slow to encode them. Choose a lower fps or width."
            )

    def _is_due(self, time_s: float) -> bool:
        """Return whether a frame is one of the ``fps`` of its second."""
        due_s, last_s = self._due_s, self._last_s
        self._last_s = time_s
        if due_s is not None and last_s is not None and last_s <= time_s:
            if time_s < due_s - 1e-6:
                return False
            if time_s - due_s < self._period_s:
                self._due_s = due_s + self._period_s
                return True
        self._due_s = time_s + self._period_s
        return True

    def _has_room(self) -> bool:
        return sum(shot.frame is not None for shot in self._shots) < MOST_WAITING

    def _leave_out(self) -> None:
        if not self.left_out:
            self._on_note(
                "Clips: a frame was left out, because this board is too slow to encode "
                "it in time. Further ones are counted."
            )
        self.left_out += 1
        self._missing += 1

    def _put(self, shot: _Shot, *, is_patient: bool) -> None:
        self.clips.is_patient = is_patient
        self._shots.append(shot)
        if self._thread is None and not self._ended:
            self._thread = threading.Thread(
                target=self._run, name="edgevision-clip-ring", daemon=True
            )
            self._thread.start()
        self._changed.notify_all()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(self._has_work, _LOOK_S)
                    if not self._shots and self._ended:
                        return
                    shot = self._shots[0] if self._shots else None
                if shot is None:
                    self._end_silent()
                    continue
                self._take(shot)
                with self._changed:
                    self._shots.popleft()
                    self._changed.notify_all()
        except BaseException as error:  # it reaches the run by the next frame
            with self._changed:
                self._error = error
                self._shots.clear()
                self._changed.notify_all()

    def _has_work(self) -> bool:
        return bool(self._shots) or self._ended

    def _end_silent(self) -> None:
        """End the clips of a camera that gives no pictures any more."""
        newest = self._ring.newest
        if not self.clips or newest is None or self.clips.is_patient:
            return
        silent_s = time.monotonic() - newest.time_s
        # A camera may give one picture in a minute.
        if silent_s > max(SILENT_S, 3 * self._ring.newest_step_s):
            self.clips.end_all("gap")

    def _take(self, shot: _Shot) -> None:
        frame = shot.frame
        if frame is not None:
            wall_s = wall_seconds(frame.timestamp_ns)
            self.clips.source = frame.source
            jpeg = self._jpeg_of(frame)
            data = jpeg or self._encode(frame.image)
            picture = RingPicture(frame.time_s, wall_s, data, shot.left_out)
            newest = self._ring.newest
            if newest is not None and picture.time_s < newest.time_s:
                self.clips.end_all("stream")
            self._ring.add(picture)
            self.clips.feed(picture)
        for rule_event in shot.rule_events:
            self.clips.report(rule_event)
        if frame is not None and self.clips:
            self.clips.look(frame, wall_s, shot.find, jpeg)

    def _jpeg_of(self, frame: Frame) -> bytes:
        """Return the file of a frame that may go as it came; empty: it may not."""
        if not self._passes_jpegs or not isinstance(frame, LateFrame):
            return b""
        width = self._settings.width
        if width and frame.size[0] > width:
            return b""
        self.passed += bool(frame.picture.jpeg)
        return frame.picture.jpeg

    def _encode(self, image: Image) -> bytes:
        self.encoded += 1
        return encoded(_no_wider(image, self._settings.width), self._settings.quality)


def _no_wider(image: Image, width: int) -> Image:
    """Return a picture that is not wider than a limit; 0 means no limit."""
    rows, columns = image.shape[:2]
    if not width or columns <= width:
        return image
    size = width, max(1, round(rows * width / columns))
    # Linear: a third of the time of a mean over areas, and no moire up to a half.
    fast = columns < 2 * width
    how = cv2.INTER_LINEAR if fast else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
