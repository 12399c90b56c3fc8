"""Whether a picture has as much fine detail as usual, against its coarse detail."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .look import PLACES, Detail

_SMOOTH_S: Final = 1.5
_FOLLOW_S: Final = 300.0
_SPREAD_S: Final = 600.0
_LEAST_DETAIL: Final = 4.0
_OF_NOISE: Final = 3.0
_FINEST: Final = 1e-3
_LEAST_DROP: Final = 0.33
_SPREADS: Final = 5.0
_FEWEST_PLACES: Final = 4
_SHAPE: Final = (2, PLACES, PLACES)


class Sharpness:
    """The usual share of fine detail, at two sizes and in each place of the picture.

    Light and contrast change all detail alike, so that only its proportions count. A
    shadow or a person changes them in some places; out of focus, they fall in all: the
    middle place decides.

    Attributes:
        usual: Usual logarithm of the share, float32 (2, 8, 8); not a number where there
            is nothing to compare.
        spread: How far the middle place scatters, float64 (2,).
        places: In how many places there is usually something to compare.
        count: How many pictures were learned.
    """

    def __init__(self) -> None:
        self.usual: Detail = np.full(_SHAPE, np.nan, np.float32)
        self.spread = np.full(2, 0.1)
        self.places = 0.0
        self.count = 0

    def learn(self, shares: Detail | None, elapsed_s: float) -> None:
        """Add the shares of a sound picture.

        Args:
            shares: What :class:`DetailMean` returns; None is no news.
            elapsed_s: Seconds since the picture before.
        """
        if shares is None:
            return
        self.count += 1
        start = 1 / self.count
        drop = self._drop(shares)
        if drop is not None:
            slow = max(1 - math.exp(-elapsed_s / _SPREAD_S), start / 2)
            self.spread += slow * (np.abs(drop) - self.spread)
        self.places += max(1 - math.exp(-elapsed_s / _FOLLOW_S), start) * (
            _places(shares) - self.places
        )
        part = np.float32(max(1 - math.exp(-elapsed_s / _FOLLOW_S), start))
        is_known, is_new = np.isfinite(self.usual), np.isfinite(shares)
        both = is_known & is_new
        self.usual[both] += part * (shares[both] - self.usual[both])
        first = is_new & ~is_known
        self.usual[first] = shares[first]

    def relative(self, shares: Detail | None) -> float:
        """Return the sharpness as a multiple of the usual: a half is clearly less.

        Args:
            shares: What :class:`DetailMean` returns; None counts as usual.
        """
        drop = None if shares is None else self._drop(shares)
        if drop is None:
            return 1.0
        worst = (drop / np.maximum(_LEAST_DROP, _SPREADS * self.spread)).max()
        return float(np.exp(-math.log(2) * worst))

    def detail(self, shares: Detail | None) -> float:
        """Return in how many places there is detail, as a multiple of the usual.

        Args:
            shares: What :class:`DetailMean` returns; None counts as usual.
        """
        if shares is None or self.places < _FEWEST_PLACES:
            return 1.0
        return _places(shares) / self.places

    def _drop(self, shares: Detail) -> Detail | None:
        """Return by how much the middle place is below the usual, (2,)."""
        apart = (self.usual - shares).reshape(2, -1)
        values = [each[np.isfinite(each)] for each in apart]
        if min(map(len, values)) < _FEWEST_PLACES:
            return None
        return np.array([np.median(each) for each in values])


def _places(shares: Detail) -> int:
    return int(np.isfinite(shares[0]).sum())


class DetailMean:
    """The mean of the detail of the last seconds."""

    def __init__(self) -> None:
        self._mean: Detail | None = None

    def add(
        self, detail: Detail | None, noise: float, elapsed_s: float
    ) -> Detail | None:
        """Add what ``shared_detail`` says and return the logarithms of the shares.

        Args:
            detail: float32 (3, 8, 8); None begins again.
            noise: The noise of the picture, as ``Look.noise``.
            elapsed_s: Seconds since the picture before.

        Returns:
            Logarithms of the two finer sizes' parts of the coarse one, float32
            (2, 8, 8), not a number in places with little detail; None after a gap.
        """
        if detail is None:
            self._mean = None
            return None
        if self._mean is None:
            self._mean = detail.copy()
        part = np.float32(1 - math.exp(-elapsed_s / _SMOOTH_S))
        self._mean += part * (detail - self._mean)
        fine, coarse = self._mean[:2], self._mean[2]
        # The mean of products of noise is not quite 0.
        least = np.float32(_LEAST_DETAIL + _OF_NOISE * noise * noise)
        share = np.maximum(fine / np.maximum(coarse, least), _FINEST)
        return np.asarray(np.where(coarse >= least, np.log(share), np.nan), np.float32)
