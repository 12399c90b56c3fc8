"""Samples of a time in constant memory: mean, percentiles, maximum."""

from __future__ import annotations

import math
from array import array
from typing import Final

_EXACT: Final = 4096  # so many samples are kept as they are: 32 kB
_FLOOR_MS: Final = 1e-4  # everything below a tenth of a microsecond is one bucket
_LOG_STEP: Final = math.log(1.01)
_BUCKETS: Final = 2560  # up to 1e7 ms: nearly three hours


class Distribution:
    """Samples in milliseconds, counted in constant memory; none is dropped.

    Up to 4096 samples are kept as they are and percentiles are exact. From then on each
    sample is counted in one of 2560 buckets whose edges differ by one percent, so a
    percentile is within half a percent; mean and maximum stay exact for any number.
    """

    def __init__(self) -> None:
        self.count = 0
        self.maximum = 0.0
        self._sum = 0.0
        self._samples: array[float] | None = array("d")
        self._buckets: array[int] | None = None

    def add(self, value: float) -> None:
        """Add one sample in milliseconds; a negative one counts as 0."""
        value = max(value, 0.0)
        self.count += 1
        self._sum += value
        self.maximum = max(self.maximum, value)
        if self._samples is not None:
            self._samples.append(value)
            if len(self._samples) > _EXACT:
                self._buckets = array("q", bytes(8 * _BUCKETS))
                for sample in self._samples:
                    self._buckets[_bucket(sample)] += 1
                self._samples = None
        elif self._buckets is not None:
            self._buckets[_bucket(value)] += 1

    @property
    def mean(self) -> float:
        """Return the mean in milliseconds; 0 without samples."""
        return self._sum / self.count if self.count else 0.0

    def percentile(self, percent: float) -> float:
        """Return the smallest value that ``percent`` of the samples do not exceed.

        Args:
            percent: Above 0 and at most 100.

        Raises:
            ValueError: There is no sample, or ``percent`` is out of range.
        """
        if not 0 < percent <= 100:
            raise ValueError(f"percent must be above 0 and at most 100, got {percent}.")
        if not self.count:
            raise ValueError("A percentile needs at least one sample.")
        rank = math.ceil(self.count * percent / 100)
        if self._samples is not None:
            return sorted(self._samples)[rank - 1]
        seen = 0
        for index, count in enumerate(self._buckets or ()):
            seen += count
            if seen >= rank:
                middle = _FLOOR_MS * math.exp((index - 0.5) * _LOG_STEP)
                return min(middle if index else 0.0, self.maximum)
        return self.maximum

    def to_dict(self) -> dict[str, float]:
        """Return n, mean, p50, p90, p99 (from 100 samples on) and max, in ms."""
        values: dict[str, float] = {"n": self.count}
        if self.count:
            values["mean_ms"] = round(self.mean, 3)
            values["p50_ms"] = round(self.percentile(50), 3)
            values["p90_ms"] = round(self.percentile(90), 3)
            if self.count >= 100:
                values["p99_ms"] = round(self.percentile(99), 3)
            values["max_ms"] = round(self.maximum, 3)
        return values


def _bucket(value: float) -> int:
    if value <= _FLOOR_MS:
        return 0
    return min(int(math.log(value / _FLOOR_MS) / _LOG_STEP) + 1, _BUCKETS - 1)
