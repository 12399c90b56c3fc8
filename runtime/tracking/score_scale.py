"""What a detection's score is worth, by the scale of the scores of its detector.

Detectors differ: the best objects of one have 0.55, another gives everything above 0.9.
So a score is compared with the recent ones of the same run.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_KEPT: Final = 1024
_EVERY_S: Final = 0.2
"""A sample of each frame would forget sooner at 30 frames a second than at 5."""
_PRIOR: Final = 24
"""With fewer scores their scale is known in part only."""
_UNKNOWN: Final = 0.6
"""Two such detections make an object certain."""
_RANGE: Final = (0.02, 0.98)
_SMALLEST_RANGE: Final = 1e-3
_ZERO: Final = 0.8
_SURE: Final = 0.97
_BELOW: Final = 0.2
_MEDIAN: Final = 0.5


class ScoreScale:
    """The scores of the last while, as a sample of at most 1024.

    A detection that is certainly an object is worth 1, one that may as well be none 0.
    That is the upper end of the range of scores, and a fifth below it: what detectors
    give less to is mostly wrong (benchmarks/tracking.py). But a detector may give most
    of its scores to the middle of its range, so the better half is worth something
    wherever it lies.
    """

    def __init__(self) -> None:
        self._ring = np.empty(_KEPT)
        self._count = 0
        self._next = 0
        self._time_s = -np.inf
        self._places = np.zeros(2)
        self._worth = np.full(2, _UNKNOWN)

    def worth(self, scores: Floats, time_s: float) -> Floats:
        """Return what each score is worth, float64 (N,), at most 1.

        Equal scores are worth the same, and where all are equal two of them make an
        object certain.

        Args:
            scores: float64 (N,), those of one frame.
            time_s: When it was captured.
        """
        if len(scores) and abs(time_s - self._time_s) >= _EVERY_S:
            self._take(scores[:_KEPT])
            self._time_s = time_s
        return np.asarray(np.interp(scores, self._places, self._worth))

    def _take(self, scores: Floats) -> None:
        places = (self._next + np.arange(len(scores))) % _KEPT
        self._ring[places] = scores
        self._next = (self._next + len(scores)) % _KEPT
        self._count = min(self._count + len(scores), _KEPT)
        ordered = np.sort(self._ring[: self._count])
        low, middle, high = (
            quantile(ordered, share) for share in (_RANGE[0], _MEDIAN, _RANGE[1])
        )
        extent = high - low
        if extent < _SMALLEST_RANGE:
            self._places, self._worth = np.zeros(2), np.full(2, _UNKNOWN)
            return
        zero = min(low + _ZERO * extent, middle)
        sure = zero + (_SURE - _ZERO) / (1 - _ZERO) * (high - zero)
        bottom = -_BELOW * _ZERO / (_SURE - _ZERO)
        known = np.array([bottom, 0.0, 1.0])
        share = min(self._count / _PRIOR, 1.0)
        self._places = np.array([low, zero, sure])
        self._worth = known * share + _UNKNOWN * (1 - share)


def quantile(ordered: Floats, share: float) -> float:
    """Return what ``np.quantile`` returns, in a tenth of its time.

    Args:
        ordered: float64 (N,), sorted, at least one value.
        share: 0..1.
    """
    place = (len(ordered) - 1) * share
    first = int(place)
    low, high = float(ordered[first]), float(ordered[min(first + 1, len(ordered) - 1)])
    part = place - first
    # From the nearer end, so that rounding is that of NumPy.
    if part < 0.5:
        return low + (high - low) * part
    return high - (high - low) * (1 - part)
