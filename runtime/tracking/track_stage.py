"""The stage of a run that gives the objects of each frame their tracks' numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...errors import UnsupportedModelError
from ..event import Event
from ..stage import Stage
from .boxes_of import TrackedBoxes, boxes_of
from .track_words import TrackWords
from .tracker import LOST_S, Tracker

if TYPE_CHECKING:
    from ..results import TrackIds


class TrackStage(Stage):
    """Puts ``track_ids`` into results with boxes, and ``tracks`` into events.

    Time is that of the frames, so dropped frames and low rates do no harm. Where the
    model did not look because nothing moved, all stays as it was.

    Args:
        lost_s: Seconds that a confirmed track lives on while it is not seen.
    """

    name = "track"

    def __init__(self, *, lost_s: float = LOST_S) -> None:
        self._tracker = Tracker(1, 1, lost_s=lost_s)
        self._size = (0, 0)
        self._labels: dict[int, str] = {}
        self._class_ids: dict[str, int] = {}
        self._words = TrackWords()
        self._ids: TrackIds = np.empty(0, np.int64)

    def apply(self, event: Event) -> Event:
        """Return the event with the numbers of its objects' tracks.

        Raises:
            UnsupportedModelError: The result has no boxes.
        """
        items = boxes_of(event.result)
        if items is None:
            raise UnsupportedModelError(
                "Tracking needs the boxes of objects, and this model's result is "
                f"{type(event.result).__name__}, which has none. Run it without "
                "--track, or choose a detector."
            )
        if event.frame.size != self._size:
            self._size = event.frame.size
            self._tracker.resize(*self._size)
        if event.timing.is_reused and len(self._ids) == len(items.labels):
            self._tracker.hold(event.frame.time_s)
        else:
            self._ids = self._tracker.update(
                items.boxes, items.scores, self._classes(items), event.frame.time_s
            )
            if items.has_words:
                self._words.add(self._ids, items.labels, items.scores)
        tracks = self._words.named(self._tracker.snapshot(self._labels))
        return replace(event, result=items.numbered(self._ids), tracks=tracks)

    def close(self) -> None:
        """End all tracks."""
        self._tracker.forget()

    def _classes(self, items: TrackedBoxes) -> TrackIds:
        """Return the class of each box, and remember what the classes are called."""
        if items.class_ids is None:
            numbers = [
                self._class_ids.setdefault(label, len(self._class_ids))
                for label in items.labels
            ]
            class_ids = np.asarray(numbers, np.int64)
        else:
            class_ids = items.class_ids
        if items.has_words:
            return class_ids  # texts without number are not to be kept
        for number, label in zip(class_ids.tolist(), items.labels, strict=True):
            self._labels.setdefault(number, label)
        return class_ids
