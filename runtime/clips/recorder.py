"""Clips of one stream: takes frames and reports, and holds no frame up."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ..closing import Closing
from ..frame import Frame
from ..rule_event import RuleEvent
from ..video_packets import PacketTap, VideoPacket
from ..wall_clock import wall_seconds
from .clip_folder import ClipFolder, log_note
from .clip_settings import ClipSettings
from .clip_writer import LONGEST_WAIT_S, ClipWriter
from .ring import (
    FrameEncoder,
    JpegRing,
    Pace,
    PacketFeed,
    PacketRing,
    RingPicture,
)
from .running_clips import Finder, Piece, RunningClips

MOST_WAITING: Final = 4
"""Frames that wait to be encoded; each holds its pixels."""
SILENT_S: Final = 30.0
"""A camera that gives no picture for so long ends its clips."""
_LOOK_S: Final = 1.0
_EXTRA_S: Final = 10.0  # a rule's own seconds: "person in yard for 10s"


@dataclass(frozen=True)
class _Shot:
    frame: Frame | None = None
    rule_events: tuple[RuleEvent, ...] = ()
    find: Finder | None = None
    packet: VideoPacket | None = None
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
        on_note: Called with one sentence; the log's warnings by default.

    Attributes:
        clips: The clips that grow; for their ``model`` and ``source``.
        encoder: Makes the JPEGs; for what it may take as it came.
        is_live: Frames come whether they are taken or not; None: those do that have no
            position in a file.
        left_out: How many frames were left out because encoding was too slow.
    """

    def __init__(
        self,
        settings: ClipSettings,
        folder: ClipFolder,
        *,
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        self._on_note = on_note or log_note
        self._limits = settings.before + _EXTRA_S, settings.memory
        self._pace = Pace(settings.fps)
        self._feed = PacketFeed()
        self._writer = ClipWriter(settings.memory)
        self.clips = RunningClips(
            settings,
            folder,
            JpegRing(*self._limits),
            self._writer,
            on_note=self._on_note,
        )
        self.encoder = FrameEncoder(settings.width, settings.quality)
        self.is_live: bool | None = None
        self.left_out = 0
        self._missing = 0  # of these, since the last one that was taken
        self._tap: PacketTap | None = None
        self._packets_left_out = 0
        self._added_s = self._step_s = 0.0
        self._changed = threading.Condition()
        self._shots: deque[_Shot] = deque()
        self._packet_bytes = 0
        self._ended = False
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._writer.do(folder.tidy)

    def take_packets(self, tap: PacketTap) -> None:
        """Make clips of the packets of a camera's own video, where it gives some."""
        self._tap = tap
        tap.taker = self._add_packet

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
        is_kept = self._pace.is_due(frame.time_s) or any(
            one.phase == "start" for one in rule_events
        )
        if not is_kept and not rule_events:
            return
        is_live = self.is_live
        if is_live is None:
            is_live = frame.position_s is None
        self.clips.is_patient = not is_live
        now_s = time.monotonic()
        self._step_s = now_s - self._added_s if self._added_s else 0.0
        self._added_s = now_s
        with self._changed:
            if is_kept and not is_live:
                self._changed.wait_for(lambda: self._has_room() or self._error)
            if is_kept and self._has_room():
                missing, self._missing = self._missing, 0
                self._put(_Shot(frame, tuple(rule_events), find, left_out=missing))
                return
            if is_kept:
                self._leave_out()
            if rule_events:
                self._put(_Shot(rule_events=tuple(rule_events)))

    def report(self, rule_events: Sequence[RuleEvent]) -> None:
        """Take reports without a frame: those with which a run ends."""
        self._raise_error()
        if rule_events:
            with self._changed:
                self._put(_Shot(rule_events=tuple(rule_events)))

    def close(self) -> None:
        """End all clips and wait until they are written; may be called twice.

        Raises:
            SinkError: The disk does not take them in time.
        """
        if self._tap is not None:
            self._tap.taker = None
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

    def _add_packet(self, packet: VideoPacket) -> None:
        """Take a packet, from the thread of the source."""
        with self._changed:
            # Nothing can be shown of what builds on one that is missing.
            is_after_gap = self._packets_left_out > 0 and not packet.is_key
            has_room = self._packet_bytes + len(packet.data) <= self._limits[1]
            if self._ended or is_after_gap or not has_room:
                self._packets_left_out += 1
                return
            missing, self._packets_left_out = self._packets_left_out, 0
            self._packet_bytes += len(packet.data)
            self._put(_Shot(packet=packet, left_out=missing))

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

    def _put(self, shot: _Shot) -> None:
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
                    if shot.packet is not None:
                        self._packet_bytes -= len(shot.packet.data)
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
        if not self.clips or self.clips.is_patient:
            return
        # A camera may give one picture in a minute.
        limit_s = max(SILENT_S, 3 * self._step_s)
        if time.monotonic() - self._added_s > limit_s:
            self.clips.end_all("gap")

    def _take(self, shot: _Shot) -> None:
        frame, jpeg, wall_s = shot.frame, b"", 0.0
        if shot.packet is not None:
            for packet in self._feed.take(shot.packet, shot.left_out):
                self._keep(packet)
        if frame is not None:
            self.clips.source = frame.source
            self._choose_ring(frame)
            wall_s = wall_seconds(frame.timestamp_ns)
            jpeg = self.encoder.file_of(frame)
            if not isinstance(self.clips.ring, PacketRing):
                data = jpeg or self.encoder.encode(frame.image)
                self._keep(RingPicture(frame.time_s, wall_s, data, shot.left_out))
        for rule_event in shot.rule_events:
            self.clips.report(rule_event)
        if frame is not None and self.clips:
            self.clips.look(frame, wall_s, shot.find, jpeg)

    def _choose_ring(self, frame: Frame) -> None:
        """Keep packets where the camera gives some that may be kept, else pictures."""
        packets = self._feed.meet(frame)
        has_packets = isinstance(self.clips.ring, PacketRing)
        if packets and not has_packets:
            self.clips.change_ring(PacketRing(*self._limits))
        elif has_packets and self._feed.is_silent(frame):
            # The camera came back with another video.
            self.clips.change_ring(JpegRing(*self._limits))
            self._feed = PacketFeed()
        for packet in packets:
            self._keep(packet)

    def _keep(self, piece: Piece) -> None:
        newest = self.clips.ring.newest
        if newest is not None and newest.is_other_stream(piece):
            self.clips.end_all("stream")
        self.clips.feed(piece)
