"""Makes the events that rules read: tracks and regions as a script says them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.regions import (
    RegionCrossing,
    RegionSnapshot,
    RegionState,
    Stay,
    Zone,
)
from edgevision.runtime.results import Detections, Result
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.rules import RulesStage
from edgevision.runtime.timing import Timing
from edgevision.runtime.tracking import Tracks

IMAGE = np.zeros((4, 6, 3), np.uint8)
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def rule_frame(
    time_s: float,
    tracks: Mapping[int, str] | None = None,
    *,
    zones: Mapping[str, Mapping[int, float]] | None = None,
    crossings: Iterable[tuple[int, str, str]] = (),
    scores: Mapping[int, float] | None = None,
    origins: Mapping[int, int] | None = None,
    since: Mapping[int, float] | None = None,
    unseen: Collection[int] = (),
    result: Result | None = None,
    gap_s: float = 0.0,
    reports: tuple[RuleEvent, ...] = (),
) -> Event:
    """Return an event.

    Args:
        time_s: Its time.
        tracks: Number of a track -> its label; None means that nobody tracks.
        zones: Zone -> track -> since when it is inside.
        crossings: Track, line and direction of each crossing.
        scores: Track -> score; 0.9 without.
        origins: As ``RegionSnapshot.origins``.
        since: Track -> when it was seen first; at this time without.
        unseen: Tracks that live, but are not among this frame's detections; of a
            mapping, when they were seen last, else a second ago.
        result: What the model said; no object without.
        gap_s: As ``Event.gap_s``.
        reports: What stages before report.
    """
    labels = tracks or {}
    regions = None
    if tracks is not None:
        states = {
            name: RegionState(
                Zone(name, CORNERS),
                time_s,
                tuple(Stay(i, labels.get(i, "?"), since) for i, since in stays.items()),
            )
            for name, stays in (zones or {}).items()
        }
        regions = RegionSnapshot(
            time_s,
            states,
            tuple(
                RegionCrossing(line, i, labels[i], direction, time_s)
                for i, line, direction in crossings
            ),
            origins or {},
        )
    return Event(
        Frame(IMAGE, 0, position_s=time_s),
        detections([]) if result is None else result,
        Timing(),
        gap_s=gap_s,
        tracks=None
        if tracks is None
        else _tracks(time_s, labels, scores or {}, since or {}, unseen),
        regions=regions,
        rule_events=reports,
    )


def detections(labels: Sequence[str], scores: Sequence[float] = ()) -> Detections:
    """Return detections of some labels."""
    count = len(labels)
    return Detections(
        np.zeros((count, 4), np.float32),
        np.asarray(scores or [0.9] * count, np.float32),
        np.zeros(count, np.int64),
        tuple(labels),
    )


def play(stage: RulesStage, frames: Iterable[Event]) -> list[RuleEvent]:
    """Return what rules report over all frames and at the end."""
    reports: list[RuleEvent] = []
    for frame in frames:
        before = len(frame.rule_events)
        reports += stage.apply(frame).rule_events[before:]
    return reports + list(stage.end(()))


def _tracks(
    time_s: float,
    labels: Mapping[int, str],
    scores: Mapping[int, float],
    since: Mapping[int, float],
    unseen: Collection[int],
) -> Tracks:
    ids = sorted(labels)
    count = len(ids)
    is_told = isinstance(unseen, Mapping)
    last = dict(unseen) if is_told else dict.fromkeys(unseen, time_s - 1)
    return Tracks(
        time_s,
        np.asarray(ids, np.int64),
        np.zeros(count, np.int64),
        tuple(labels[i] for i in ids),
        np.asarray([[i, 0, i + 1, 2] for i in ids], np.float32).reshape(count, 4),
        np.asarray([scores.get(i, 0.9) for i in ids], np.float32),
        np.asarray([last.get(i, time_s) for i in ids], np.float64),
        np.asarray([since.get(i, time_s) for i in ids], np.float64),
        np.zeros((count, 0, 2), np.float32),
    )
