"""A clip of every event, as a stage of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable

from ...errors import SinkError
from ..event import Event
from ..rule_event import RuleEvent
from ..sinks import RunContext
from ..stage import Stage
from .best_picture import Sighting
from .clip_folder import ClipFolder
from .clip_settings import ClipSettings
from .recorder import ClipRecorder


class Clips(Stage):
    """Writes a clip, a snapshot and a record of each event that the rules report.

    It stands behind the stage that covers pictures, and takes what that hands on.

    Args:
        settings: What is kept, and where.
        folder: The folder, where several cameras share it; closed by the caller. None:
            that of the settings is opened and closed here.
        on_note: Called with one sentence; the log's warnings by default.

    Raises:
        SinkError: The folder cannot be made, or another process writes into it.
    """

    name = "clips"
    keeps = True

    def __init__(
        self,
        settings: ClipSettings,
        *,
        folder: ClipFolder | None = None,
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        self._own_folder = None
        if folder is None:
            folder = self._own_folder = ClipFolder(
                settings.folder,
                quota=settings.quota,
                keep_days=settings.keep_days,
                on_note=on_note,
            )
        self._settings = settings
        self.recorder = ClipRecorder(settings, folder, on_note=on_note)

    def attach(self, run: RunContext) -> None:
        """Take what may be kept as it came, and the model's name for the records.

        Raises:
            SinkError: A copy of the camera's own video is asked for, and the run covers
                parts of pictures.
        """
        self.recorder.clips.model = run.model
        self.recorder.is_live = run.is_live
        self.recorder.encoder.passes_jpegs = not run.is_covered
        if not self._settings.copy:
            return
        if run.packets is None or run.is_covered:
            raise SinkError(
                "Clips cannot copy the camera's own video in a run that covers parts "
                "of pictures: nothing is covered in it. Omit copy, or the stage that "
                "covers."
            )
        self.recorder.take_packets(run.packets)

    def apply(self, event: Event) -> Event:
        """Keep a frame for some seconds, and begin and end clips."""
        self.recorder.add(
            event.frame, event.rule_events, functools.partial(sighting_of, event)
        )
        return event

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Take the ends of the events that the end of the run brings."""
        self.recorder.report(rule_events)
        return rule_events

    def close(self) -> None:
        """Finish all clips; may be called twice."""
        try:
            self.recorder.close()
        finally:
            if self._own_folder is not None:
                self._own_folder.close()


def sighting_of(event: Event, track_id: int) -> Sighting | None:
    """Return where a frame shows a track; None: it does not.

    Args:
        event: The frame with its tracks.
        track_id: The track.
    """
    tracks = event.tracks
    if tracks is None:
        return None
    places = (tracks.ids == track_id).nonzero()[0]
    if not len(places):
        return None
    index = int(places[0])
    # A track lives on for a while after it was seen, at a box that is a guess.
    if tracks.seen_s[index] < event.frame.time_s - 1e-6:
        return None
    x1, y1, x2, y2 = (float(value) for value in tracks.boxes[index])
    return Sighting(
        float(tracks.scores[index]),
        (x1, y1, x2, y2),
        tracks.labels[index],
        int(tracks.class_ids[index]),
    )
