"""What a second model calls each track: a name, or a text that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ..results import TrackIds
    from .tracks import Tracks

_MOST_LEAD: Final = 5.0


class TrackWords:
    """The label that most sights of a track have, where labels are no class names.

    A second model gives each object a label of its own, so that two faces of one class
    have two names. The vote is that of Boyer and Moore, weighed by scores, as for
    classes. Memory is that of the living tracks.
    """

    def __init__(self) -> None:
        self._votes: dict[int, tuple[str, float]] = {}

    def add(
        self, ids: TrackIds, labels: Sequence[str], scores: npt.NDArray[np.float32]
    ) -> None:
        """Take the labels of a frame.

        Args:
            ids: int64 (N,), the tracks of the detections; -1: none.
            labels: N texts.
            scores: (N,), 0..1.
        """
        for track_id, label, score in zip(
            ids.tolist(), labels, scores.tolist(), strict=True
        ):
            if track_id < 0:
                continue
            word, lead = self._votes.get(track_id, (label, 0.0))
            lead += score if word == label else -score
            if lead < 0:
                word, lead = label, -lead
            self._votes[track_id] = word, min(lead, _MOST_LEAD)

    def named(self, tracks: Tracks) -> Tracks:
        """Return tracks with their own labels, and forget all others.

        Args:
            tracks: All that live; one without any label so far keeps its class.
        """
        if not self._votes:
            return tracks
        ids = tracks.ids.tolist()
        self._votes = {one: self._votes[one] for one in ids if one in self._votes}
        labels = tuple(
            self._votes[one][0] if one in self._votes else label
            for one, label in zip(ids, tracks.labels, strict=True)
        )
        return replace(tracks, labels=labels)
