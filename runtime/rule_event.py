"""What a rule reports: that something began, goes on, or has ended."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Final

from .wall_clock import iso_time

PHASES: Final = ("start", "update", "end")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class RuleEvent:
    """One report about something that happens before a camera.

    All reports of one happening have the same ``id``: one ``start``, any number of
    ``update``, one ``end``.

    Attributes:
        id: The same for all phases, and used once in all runs; sorts by time, and can
            be the name of a file.
        rule: Name of the rule.
        phase: ``start``, ``update`` or ``end``.
        time_s: When, in seconds on the stream's clock, as ``Frame.time_s``.
        started_s: When it began, by the same clock.
        wall_s: When, in seconds since 1970 (UTC) by the clock of the board.
        camera: Name of the camera; empty where there is one without a name.
        label: What it is about: a class, or a state of the camera; empty without one.
        track_id: The track that it is about; -1 where it is about none.
        regions: Names of the zones and lines that it is about.
        score: Highest score so far, 0..1; None without one.
        box: x1, y1, x2, y2 in pixels of the frame; None without one.
        count: The number that the rule counted; None where it counts nothing.
        sentence: One line for people.
    """

    id: str
    rule: str
    phase: str
    time_s: float
    started_s: float
    wall_s: float
    camera: str = ""
    label: str = ""
    track_id: int = -1
    regions: tuple[str, ...] = ()
    score: float | None = None
    box: tuple[float, float, float, float] | None = None
    count: int | None = None
    sentence: str = ""

    def __post_init__(self) -> None:
        if self.phase not in PHASES:
            raise ValueError(f"phase must be one of {PHASES}, got {self.phase!r}.")

    @property
    def duration_s(self) -> float:
        """Return the seconds from the start to this report."""
        return max(self.time_s - self.started_s, 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; what is not there is left out."""
        record: dict[str, Any] = {
            "time": iso_time(self.wall_s),
            "id": self.id,
            "rule": self.rule,
            "phase": self.phase,
            "duration_s": round(self.duration_s, 3),
        }
        if self.camera:
            record["camera"] = self.camera
        if self.label:
            record["label"] = self.label
        if self.track_id >= 0:
            record["track_id"] = self.track_id
        if self.regions:
            record["regions"] = list(self.regions)
        if self.score is not None:
            record["score"] = round(self.score, 4)
        if self.box is not None:
            record["box"] = [round(value, 2) for value in self.box]
        if self.count is not None:
            record["count"] = self.count
        record["sentence"] = self.sentence
        return record


def new_event_id(wall_s: float) -> str:
    """Return an id as ``20261130T204107.512-1a2b-0007``, used once on this board.

    Args:
        wall_s: When it begins, in seconds since 1970: its first part, in UTC.
    """
    moment = datetime.fromtimestamp(wall_s, timezone.utc)
    milliseconds = moment.microsecond // 1000
    return (
        f"{moment:%Y%m%dT%H%M%S}.{milliseconds:03d}-{_run_mark()}-{next(_numbers):04d}"
    )


def _run_mark() -> str:
    """Return four digits that differ between runs which start in one second."""
    global _mark
    if not _mark:
        import secrets

        _mark = secrets.token_hex(2)
    return _mark


_mark = ""
