"""Which share of a detector's recent scores is lower: what a score is worth.

Detectors differ: the best object of one has 0.55, another gives everything above 0.9.
A rank is the same for all of them, whatever function of the score they report.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_KEPT: Final = 1024
_EVERY_S: Final = 0.2
"""A sample of each frame would forget sooner at 30 frames a second than at 5."""
_PRIOR: Final = 8.0
"""So many scores in the middle stand for what is not known at the start."""


class ScoreRank:
    """The scores of the last while, as a sample of at most 1024."""

    def __init__(self) -> None:
        self._ring = np.empty(_KEPT)
        self._count = 0
        self._next = 0
        self._sorted = np.empty(0)
        self._time_s = -np.inf

    def rank(self, scores: Floats, time_s: float) -> Floats:
        """Return the rank of each score among the recent ones, float64 (N,), 0..1.

        Equal scores have equal ranks, in the middle of the places that they take; where
        all are equal this is 0.5.

        Args:
            scores: float64 (N,), those of one frame.
            time_s: When it was captured.
        """
        if len(scores) and abs(time_s - self._time_s) >= _EVERY_S:
            self._take(scores[:_KEPT])
            self._time_s = time_s
        low = np.searchsorted(self._sorted, scores, "left")
        high = np.searchsorted(self._sorted, scores, "right")
        middle = (low + high) * 0.5
        return np.asarray((middle + _PRIOR / 2) / (self._count + _PRIOR))

    def _take(self, scores: Floats) -> None:
        places = (self._next + np.arange(len(scores))) % _KEPT
        self._ring[places] = scores
        self._next = (self._next + len(scores)) % _KEPT
        self._count = min(self._count + len(scores), _KEPT)
        self._sorted = np.sort(self._ring[: self._count])
