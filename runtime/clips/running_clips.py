"""The clips that grow now: which pictures belong to which, and when each ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from ..durations import duration_text
from ..frame import Frame
from ..rule_event import RuleEvent
from .best_picture import Sighting
from .clip_file import ClipFile
from .clip_folder import ClipFolder
from .clip_record import ClipRecord
from .clip_settings import ClipSettings
from .clip_writer import ClipWriter
from .ring import JpegRing, PacketRing, RingPacket, RingPicture
from .running_clip import RunningClip

LONGEST_LEAD_S: Final = 60.0
"""An event that began longer before its report has a clip from the report on: nobody
wants twelve hours of "the cat was not seen"."""
_SHORT_S: Final = 0.5
_MOST_OUTLIVED: Final = 256
_TIDY_EVERY_S: Final = 10.0

Piece = RingPicture | RingPacket
"""What a clip is made of."""
Ring = JpegRing | PacketRing
Finder = Callable[[int], "Sighting | None"]
"""Called with the id of a track; returns where a frame shows it, None: it does not."""


class RunningClips:
    """Begins, feeds and ends the clips of one stream; used from one thread.

    Args:
        settings: How long they are.
        folder: Where they go.
        ring: The pictures before an event.
        writer: Writes them.
        on_note: Called with one sentence.

    Attributes:
        model: Name of the model, for their records.
        source: Where the frames come from, for their records.
        ring: The pictures or packets before an event.
        is_patient: Wait for the writer instead of leaving pictures out.
    """

    def __init__(
        self,
        settings: ClipSettings,
        folder: ClipFolder,
        ring: Ring,
        writer: ClipWriter,
        *,
        on_note: Callable[[str], None],
    ) -> None:
        self.model = ""
        self.source = ""
        self.is_patient = False
        self._settings = settings
        self._folder = folder
        self.ring = ring
        self._writer = writer
        self._on_note = on_note
        self._clips: dict[str, RunningClip] = {}
        # Clips that ended before their events did, the newest ones.
        self._outlived: dict[str, RunningClip] = {}
        self._short_before = False
        self._tidied_s: float | None = None

    @property
    def is_copied(self) -> bool:
        """Return whether clips are copies of the camera's own video."""
        return isinstance(self.ring, PacketRing)

    def __len__(self) -> int:
        return len(self._clips)

    def change_ring(self, ring: Ring) -> None:
        """Go on with pieces of another kind; the clips end."""
        self.end_all("stream")
        self.ring = ring

    def feed(self, piece: Piece) -> None:
        """Take the newest piece of the stream, for the ring and the clips."""
        self._add_to_ring(piece)
        time_s = piece.time_s
        for clip in tuple(self._clips.values()):
            if clip.until_s < time_s:
                self._end(clip)
        clips = [clip for clip in self._clips.values() if clip.has_video]
        self._write(piece, clips)
        if clips and (self._tidied_s is None or time_s > self._tidied_s):
            self._tidied_s = time_s + _TIDY_EVERY_S
            self._writer.do(self._folder.tidy)

    def report(self, rule_event: RuleEvent) -> None:
        """Take a report of a rule; the picture that it came with is in the ring."""
        rules = self._settings.rules
        if rules and rule_event.rule not in rules:
            return
        if rule_event.phase == "start":
            self._begin(rule_event)
        elif rule_event.phase == "end":
            clip = self._clips.get(rule_event.id)
            if clip is not None:
                clip.end(rule_event, self._settings.after)
                self._writer.do(lambda: _note_end(clip, rule_event))
                return
            outlived = self._outlived.pop(rule_event.id, None)
            if outlived is not None:
                self._writer.do(lambda: _note_late_end(outlived, rule_event))

    def look(
        self, frame: Frame, wall_s: float, find: Finder | None, jpeg: bytes = b""
    ) -> None:
        """Look whether a frame is the best picture of one of the events.

        Args:
            frame: The frame, or one that shows the same.
            wall_s: When it was taken, in seconds since 1970 (UTC).
            find: Where it shows which track; None means that it is not known.
            jpeg: The frame's file, where there is one.
        """
        for clip in self._clips.values():
            sighting = _sighting(clip.event, frame.time_s, find)
            if sighting is not None:
                clip.best.look(frame, wall_s, sighting, jpeg)

    def end_all(self, why: str) -> None:
        """End all clips: the run ends (``run``), or the stream is new (``stream``)."""
        for clip in tuple(self._clips.values()):
            self._end(clip, why)

    def _begin(self, event: RuleEvent) -> None:
        if event.id in self._clips or event.id in self._outlived:
            return
        settings = self._settings
        since_s = event.started_s
        if event.time_s - since_s > LONGEST_LEAD_S:
            since_s = event.time_s
        begin_s = since_s - settings.before
        # A copy begins at the last whole picture before, or at this very moment.
        nearly_s = 1e-6 if self.is_copied else -1e-6
        pieces: Sequence[Piece] = self.ring.since(begin_s + nearly_s)
        self.ring.reach(event.time_s - begin_s)
        record = ClipRecord(
            event,
            model=self.model,
            source=self.source,
            since_s=since_s,
            before_s=settings.before,
            after_s=settings.after,
            is_copied=self.is_copied,
        )
        first_s = pieces[0].time_s if pieces else event.time_s
        if first_s - begin_s > _SHORT_S:
            record.why_short = self.ring.why_short(begin_s)
            self._tell_short(record.why_short, max(0.0, since_s - first_s))
        file = ClipFile(
            self._folder.path,
            self._folder.begin(event.id),
            record,
            fps=settings.fps,
            on_note=self._on_note,
        )
        videos = sum(clip.has_video for clip in self._clips.values())
        clip = RunningClip(
            event,
            file,
            longest_s=begin_s + settings.longest,
            has_video=videos < settings.most_at_once,
        )
        clip.until_s = clip.longest_s
        self._clips[event.id] = clip
        if not clip.has_video:
            record.error = (
                f"{videos} clips grow already, and most_at_once allows no more."
            )
            self._on_note(f"The event {event.id} has no clip: {record.error}")
        self._writer.do(file.begin)
        if clip.has_video:
            self._write_before(
                clip, [piece for piece in pieces if piece.time_s <= clip.until_s]
            )

    def _write_before(self, clip: RunningClip, pieces: Sequence[Piece]) -> None:
        """Hand over what was before an event, also where the writer is far behind.

        Each clip may take its share of the memory, with pictures at even distances.
        """
        share = self._settings.memory // self._settings.most_at_once
        room = max(share, self._writer.room)
        size = sum(piece.size for piece in pieces)
        step = 1
        if size > room and not (self.is_patient or self.is_copied):
            step = math.ceil(size / room)
        clip.refused += len(pieces) - len(pieces[::step])
        for piece in pieces[::step]:
            self._write(piece, [clip], force=step > 1 or size <= room)

    def _add_to_ring(self, piece: Piece) -> None:
        if isinstance(self.ring, JpegRing):
            if isinstance(piece, RingPicture):
                self.ring.add(piece)
        elif isinstance(piece, RingPacket):
            self.ring.add(piece)

    def _write(
        self, piece: Piece, clips: list[RunningClip], *, force: bool = False
    ) -> None:
        takers = [clip for clip in clips if piece.is_key or not clip.needs_key]
        files = [clip.file for clip in takers]
        is_taken = not files or self._writer.add(
            piece, files, wait=self.is_patient, force=force and not self.is_patient
        )
        for clip in clips:
            has_it = is_taken and clip in takers
            # What a copy cannot begin with is not missing.
            if not has_it and (clip.has_begun or isinstance(piece, RingPicture)):
                clip.refused += 1
            clip.has_begun = clip.has_begun or has_it
            clip.needs_key = not has_it

    def _end(self, clip: RunningClip, why: str = "") -> None:
        del self._clips[clip.event.id]
        if clip.ended is None:
            self._outlived[clip.event.id] = clip
            for old in tuple(self._outlived)[:-_MOST_OUTLIVED]:
                del self._outlived[old]
        is_whole = clip.ended is not None and clip.until_s < clip.longest_s
        self._writer.do(
            lambda: self._finish(clip, why or ("event" if is_whole else "longest"))
        )

    def _finish(self, clip: RunningClip, why: str) -> None:
        record = clip.file.record
        record.left_out += clip.refused
        begin_s = record.since_s - record.before_s
        first_s = record.first_s
        if first_s is not None and first_s - begin_s > _SHORT_S:
            record.why_short = record.why_short or "busy"
        record.ended_by = "disk" if record.error and clip.has_video else why
        clip.file.finish(clip.best.shot)
        if record.left_out:
            self._on_note(
                f"The clip {clip.file.stem} lacks {record.left_out} of "
                f"{record.left_out + record.pictures} pictures, because this board "
                "is too slow for them. Choose a lower fps or width."
            )
        self._folder.end(clip.file.stem)
        self._folder.tidy()

    def _tell_short(self, why: str, held_s: float) -> None:
        if why != "memory" or self._short_before:
            return
        self._short_before = True
        settings = self._settings
        self._on_note(
            f"Clips: before: {held_s:.1f} s of {duration_text(settings.before)} asked. "
            f"The memory of {settings.memory / 1e6:g} MB holds no more pictures of "
            "this size. Choose more memory, or a lower fps or width."
        )


def _sighting(event: RuleEvent, time_s: float, find: Finder | None) -> Sighting | None:
    """Return where a frame shows what an event is about."""
    if event.track_id >= 0 and find is not None:
        sighting = find(event.track_id)
        if sighting is not None:
            return sighting
    # Without a track nobody knows where it is in later frames.
    if event.box is not None:
        if abs(event.time_s - time_s) > 1e-6:
            return None
        return Sighting(event.score, event.box, event.label)
    if event.track_id >= 0:
        return None
    return Sighting(None, None, event.label)


def _note_end(clip: RunningClip, ended: RuleEvent) -> None:
    clip.file.record.ended = ended


def _note_late_end(clip: RunningClip, ended: RuleEvent) -> None:
    clip.file.record.ended = ended
    clip.file.rewrite()
