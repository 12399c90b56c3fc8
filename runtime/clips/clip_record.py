"""The JSON beside a clip: what happened, when, what is missing, and in which files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from ..rule_event import RuleEvent
from ..wall_clock import iso_time

KIND: Final = "edgevision.clip"
VERSION: Final = 1
LONGEST_STEP_S: Final = 1.0
"""Two pictures of a clip that are further apart have a gap between them."""


@dataclass
class ClipRecord:
    """What is known about a clip; it grows with it, and is written at its end.

    Attributes:
        event: The report with which the event began.
        model: Name of the model; empty without one.
        source: Where the frames come from.
        since_s: Where the event begins for the clip: its beginning on the stream's
            clock, or its report where that came much later.
        before_s: Seconds before it that were asked for.
        after_s: Seconds after it that were asked for.
        ended: The report with which the event ended; None: not so far.
        ended_by: Why the clip ends: ``event`` (its end, and the seconds after it),
            ``longest`` (the longest clip), ``run`` (the run ended), ``stream`` (the
            stream began anew), ``gap`` (the camera gave no pictures for long), ``disk``
            (it could not be written), ``killed`` (the process died); empty while it
            grows.
        why_short: Why there are fewer seconds before the event than asked for:
            ``memory``, ``stream``, ``gap`` or ``busy`` (the writer was behind); empty
            where there are enough.
        first_s: Time of its first picture on the stream's clock; None without any.
        last_s: Time of its last picture.
        first_wall_s: The same as seconds since 1970 (UTC).
        last_wall_s: The same of the last one.
        pictures: How many pictures it has.
        is_copied: The video is a copy of the camera's own.
        left_out: Pictures that it should have and has not, because encoding or writing
            them took too long.
        gaps: Begin and end of each pause between pictures above a second.
        size: Width and height; (0, 0) without any picture.
        files: What is where: ``clip``, ``snapshot``, ``snapshot_box``.
        snapshot: What the snapshot shows, as plain JSON types; None without one.
        error: Why something is missing; empty where nothing is.
    """

    event: RuleEvent
    model: str = ""
    source: str = ""
    since_s: float = 0.0
    before_s: float = 0.0
    after_s: float = 0.0
    ended: RuleEvent | None = None
    ended_by: str = ""
    why_short: str = ""
    first_s: float | None = None
    last_s: float = 0.0
    first_wall_s: float = 0.0
    last_wall_s: float = 0.0
    pictures: int = 0
    is_copied: bool = False
    left_out: int = 0
    gaps: list[tuple[float, float]] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    files: dict[str, str] = field(default_factory=dict)
    snapshot: dict[str, Any] | None = None
    error: str = ""

    def add(self, time_s: float, wall_s: float) -> None:
        """Note a picture that is in the clip now."""
        if self.first_s is None:
            self.first_s, self.first_wall_s = time_s, wall_s
        elif time_s - self.last_s > LONGEST_STEP_S:
            self.gaps.append((self.last_s, time_s))
        self.last_s, self.last_wall_s = time_s, wall_s
        self.pictures += 1

    @property
    def held_before_s(self) -> float:
        """Return how many seconds before the event the clip has."""
        if self.first_s is None:
            return 0.0
        return max(0.0, self.since_s - self.first_s)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; times of the stream are in seconds of its clock."""
        event, ended = self.event, self.ended
        begin_s = event.started_s if self.first_s is None else self.first_s
        last_s = begin_s if self.first_s is None else self.last_s
        ended_s = None if ended is None else ended.time_s
        before: dict[str, Any] = {
            "asked_s": _rounded(self.before_s),
            "held_s": _rounded(self.held_before_s),
        }
        if self.why_short:
            before["why"] = self.why_short
        held_after_s = 0.0 if ended_s is None else max(0.0, last_s - ended_s)
        record: dict[str, Any] = {
            "kind": KIND,
            "version": VERSION,
            "id": event.id,
            "state": "complete" if self.ended_by else "running",
            "rule": event.rule,
            "sentence": event.sentence,
            "camera": event.camera,
            "model": self.model,
            "source": self.source,
            "time": {
                "begin": self._wall(self.first_wall_s),
                "event": iso_time(event.wall_s - event.duration_s),
                "reported": iso_time(event.wall_s),
                "event_end": None if ended is None else iso_time(ended.wall_s),
                "end": self._wall(self.last_wall_s),
            },
            "stream_s": {
                "begin": _rounded(begin_s),
                "event": _rounded(event.started_s),
                "reported": _rounded(event.time_s),
                "event_end": None if ended_s is None else _rounded(ended_s),
                "end": _rounded(last_s),
            },
            "before": before,
            "after": {
                "asked_s": _rounded(self.after_s),
                "held_s": _rounded(held_after_s),
            },
            "ended_by": self.ended_by or None,
            "pictures": self.pictures,
            "copied": self.is_copied,
            "left_out": self.left_out,
            "gaps": [
                {
                    "begin_s": _rounded(begin),
                    "end_s": _rounded(end),
                    "seconds": _rounded(end - begin),
                }
                for begin, end in self.gaps
            ],
            "width": self.size[0],
            "height": self.size[1],
            "event": event.to_dict(),
            "snapshot": self.snapshot,
            "files": dict(self.files),
        }
        if self.error:
            record["error"] = self.error
        return record

    def _wall(self, seconds: float) -> str | None:
        return None if self.first_s is None else iso_time(seconds)


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
