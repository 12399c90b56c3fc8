"""From a frame's event to what rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from ..event import Event
from ..regions import RegionSnapshot
from ..results import (
    UNKNOWN,
    Classifications,
    Detections,
    Embedding,
    Heads,
    Landmarks,
    Poses,
    Result,
    Segmentation,
    Values,
)
from ..wall_clock import wall_seconds
from .moment import Moment, Thing
from .stream_clock import StreamClock

PERSON: Final = "person"
"""The label of a pose."""

SEEN_SCORE: Final = 0.5
"""From this score on, a class of a whole picture is seen."""


class MomentBuilder:
    """Turns the events of one stream into moments.

    Args:
        began: The local date and time of the stream's first frame, for a recording of
            another day; None means that frames are of now.

    Attributes:
        clock: The stream's clock.
    """

    def __init__(self, began: datetime | None = None) -> None:
        self.clock = StreamClock()
        self._began = began
        self._states: frozenset[str] = frozenset()

    def moment(self, event: Event) -> Moment:
        """Return what the rules see of one event."""
        frame, clock = event.frame, self.clock
        clock.advance(frame.time_s, event.gap_s)
        wall_s = wall_seconds(frame.timestamp_ns)
        if self._began is None:
            local = datetime.fromtimestamp(wall_s)
        else:
            local = self._began + timedelta(seconds=clock.elapsed_s)
            wall_s = local.timestamp()
        moment = Moment(clock, wall_s, local, camera_states=self._camera_states(event))
        _add_result(moment, event.result)
        regions = event.regions
        if regions is not None:
            _add_regions(moment, regions)
        if event.tracks is not None:
            _add_tracks(moment, event)
        return moment

    def _camera_states(self, event: Event) -> frozenset[str]:
        """Return the states that the camera watch has begun to report and not ended."""
        for one in event.rule_events:
            if one.rule == "camera":
                if one.phase == "end":
                    self._states -= {one.label}
                else:
                    self._states |= {one.label}
        return self._states


def _add_tracks(moment: Moment, event: Event) -> None:
    tracks, keys = event.tracks, moment.keys
    if tracks is None:
        return
    ids = tracks.ids.tolist()
    moment.things = [
        Thing(
            keys.get(track_id, track_id),
            track_id,
            label,
            score,
            since_s,
            place,
            is_seen=is_seen,
            seen_s=seen_s,
        )
        for place, (track_id, label, score, since_s, is_seen, seen_s) in enumerate(
            zip(
                ids,
                tracks.labels,
                tracks.scores.tolist(),
                tracks.since_s.tolist(),
                tracks.seen.tolist(),
                tracks.seen_s.tolist(),
                strict=True,
            )
        )
    ]
    moment.boxes = tracks.boxes


def _add_regions(moment: Moment, regions: RegionSnapshot) -> None:
    keys = moment.keys = regions.origins
    inside: dict[str, Mapping[int, float]] = {}
    inside_labels: dict[str, Sequence[str]] = {}
    for name, state in regions.states.items():
        stays = state.stays
        inside[name] = {
            keys.get(stay.track_id, stay.track_id): stay.since_s for stay in stays
        }
        inside_labels[name] = [stay.label for stay in stays]
    moment.inside = inside
    moment.inside_labels = inside_labels
    moment.crossings = regions.crossings


def _add_result(moment: Moment, result: Result) -> None:
    """Add what the model said, whatever kind of result it is."""
    if isinstance(result, Detections):
        _add_things(moment, result.labels, result.scores.tolist(), result.boxes)
    elif isinstance(result, Classifications):
        _add_classes(moment, result)
    elif isinstance(result, Values):
        numbers = zip(result.names, result.values.tolist(), strict=True)
        moment.values = {**moment.values, **dict(numbers)}
    elif isinstance(result, Poses):
        people = [PERSON] * len(result)
        _add_things(moment, people, result.scores.tolist(), result.boxes)
    elif isinstance(result, Landmarks):
        _add_things(moment, result.item_labels, result.scores.tolist())
    elif isinstance(result, Segmentation):
        areas = zip(result.labels, result.areas.tolist(), strict=True)
        moment.class_scores = {**moment.class_scores, **dict(areas)}
        moment.seen_labels |= frozenset(result.labels)
    elif isinstance(result, Embedding):
        _add_name(moment, result)
    elif isinstance(result, Heads):
        for head in result.values():
            _add_result(moment, head)


def _add_things(
    moment: Moment,
    labels: Sequence[str],
    scores: Sequence[float],
    boxes: npt.NDArray[np.float32] | None = None,
) -> None:
    since_s = moment.clock.time_s  # nobody knows since when
    moment.things = [
        Thing(-1, -1, label, score, since_s, place, seen_s=since_s)
        for place, (label, score) in enumerate(zip(labels, scores, strict=True))
    ]
    moment.boxes = boxes


def _add_classes(moment: Moment, result: Classifications) -> None:
    scores = dict(moment.class_scores)
    for label, score in zip(result.labels, result.scores.tolist(), strict=True):
        scores[label] = max(score, scores.get(label, 0.0))
        if score >= SEEN_SCORE:
            moment.seen_labels |= {label}
    moment.class_scores = scores


def _add_name(moment: Moment, result: Embedding) -> None:
    if result.label is not None and result.score is not None:
        moment.class_scores = {**moment.class_scores, result.label: result.score}
        if result.label != UNKNOWN:
            moment.seen_labels |= {result.label}
