"""Statistics of latencies and their intervals; no sample is ever clipped.

Latencies on a shared or hot machine come in good and bad stretches, so single samples
are not independent. Intervals are therefore computed from *blocks*: stretches of a
fraction of a second, each with its median, resampled in runs of neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

PERCENTILES: Final = (50, 90, 95, 99)
P99_NEEDS: Final = 100
RESAMPLES: Final = 1000
# A bound of three standard deviations needs more, or five samples decide it.
_SURE_RESAMPLES: Final = 4000
_SURE_PERCENT: Final = 0.135
_AT_ONCE: Final = 100  # resamplings whose counts fit into a processor's cache
BUCKET_RATIO: Final = 1.005

Floats = npt.NDArray[np.float64]


def percentile(ordered: Floats, percent: float) -> float:
    """Return the smallest value that ``percent`` of the samples do not exceed.

    Args:
        ordered: float64 (N,), sorted, at least one.
        percent: Above 0 and at most 100.
    """
    if not 0 < percent <= 100:
        raise ValueError(f"percent must be above 0 and at most 100, got {percent}.")
    if not len(ordered):
        raise ValueError("A percentile needs at least one sample.")
    return float(ordered[math.ceil(len(ordered) * percent / 100) - 1])


def summarize(samples: Iterable[float]) -> dict[str, float]:
    """Return n, mean, deviation, min, p50, p90, p95, p99 and max, in the samples' unit.

    p99 is left out below 100 samples, the deviation below two. Nothing is clipped.

    Args:
        samples: Milliseconds, in any order.
    """
    ordered = np.sort(np.fromiter(samples, np.float64))
    count = len(ordered)
    values: dict[str, float] = {"n": count}
    if not count:
        return values
    values["mean_ms"] = float(ordered.mean())
    if count > 1:
        values["deviation_ms"] = float(ordered.std(ddof=1))
    values["min_ms"] = float(ordered[0])
    for percent in PERCENTILES:
        if percent < 99 or count >= P99_NEEDS:
            values[f"p{percent}_ms"] = percentile(ordered, percent)
    values["max_ms"] = float(ordered[-1])
    return values


def buckets(samples: Iterable[float]) -> list[list[float]]:
    """Count samples in buckets whose edges differ by half a percent; no empty ones.

    Returns:
        Pairs of a bucket's lower edge in milliseconds and its count, rising; together
        they hold every sample.
    """
    values = np.fromiter(samples, np.float64)
    step = math.log(BUCKET_RATIO)
    indices = np.floor(np.log(np.maximum(values, 1e-6)) / step).astype(np.int64)
    kept, counts = np.unique(indices, return_counts=True)
    return [
        [math.exp(index * step), count]
        for index, count in zip(kept.tolist(), counts.tolist(), strict=True)
    ]


@dataclass(frozen=True)
class Blocks:
    """The medians of the blocks of one workload, in the order of time.

    Attributes:
        medians: Milliseconds, at least one, above 0.
        sizes: Samples in each block; a median of many samples weighs more.
    """

    medians: Floats
    sizes: Floats

    @classmethod
    def of(cls, medians: Sequence[float], sizes: Sequence[float]) -> Blocks:
        """Return blocks from plain lists.

        Raises:
            ValueError: There is no block, or the lists differ in length.
        """
        blocks = cls(np.asarray(medians, np.float64), np.asarray(sizes, np.float64))
        if not len(blocks.medians) or len(blocks.medians) != len(blocks.sizes):
            raise ValueError(
                f"blocks need as many sizes as medians and at least one, got "
                f"{len(blocks.medians)} and {len(blocks.sizes)}."
            )
        return blocks

    @property
    def median(self) -> float:
        """Return the weighted median: nearly that of all samples together."""
        order = np.argsort(self.medians)
        weights = np.cumsum(self.sizes[order])
        return float(self.medians[order][np.searchsorted(weights, weights[-1] / 2)])

    def resampled(self, rng: np.random.Generator, resamples: int) -> Floats:
        """Return the medians of resamplings in circular runs of neighbours.

        Runs keep good and bad stretches together; a sixth of the blocks (at most 50) is
        longer than the stretches that were seen on shared machines.
        """
        count = len(self.medians)
        run = max(1, min(50, count // 6))
        runs = math.ceil(count / run)
        starts = rng.integers(0, count, size=(resamples, runs, 1))
        order = np.argsort(self.medians)
        rank = np.empty(count, np.int64)
        rank[order] = np.arange(count)
        sizes = self.sizes[order]
        middle = np.empty(resamples, np.int64)
        for first in range(0, resamples, _AT_ONCE):
            part = starts[first : first + _AT_ONCE]
            picks = ((part + np.arange(run)) % count).reshape(len(part), -1)[:, :count]
            # How often each block was drawn, in the order of their medians: no sorting.
            rows = np.arange(len(part))[:, np.newaxis] * count
            drawn = np.bincount(
                (rows + rank[picks]).ravel(), minlength=len(part) * count
            )
            reached = np.cumsum(drawn.reshape(len(part), count) * sizes, axis=1)
            ranks = (reached < reached[:, -1:] / 2).sum(axis=1)
            middle[first : first + _AT_ONCE] = ranks
        medians: Floats = self.medians[order][middle]
        return medians


def median_interval(
    blocks: Blocks, *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the 95 % interval of the median.

    Args:
        blocks: The blocks.
        seed: Random seed of the resampling.
        resamples: Number of resamplings.
    """
    medians = blocks.resampled(np.random.default_rng(seed), resamples)
    low, high = np.percentile(medians, [2.5, 97.5])
    return float(low), float(high)


def relative_width(blocks: Blocks) -> float:
    """Return how far the interval reaches from the median, as a share of it."""
    low, high = median_interval(blocks, resamples=400)
    middle = blocks.median
    return max(high - middle, middle - low, 0.0) / middle if middle > 0 else 0.0


def ratio_interval(
    old: Blocks, new: Blocks, *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float, float]:
    """Return new over old: the ratio of the medians and its 95 % interval.

    Args:
        old: The blocks to compare with.
        new: The blocks to compare.
        seed: Random seed of the resampling.
        resamples: Number of resamplings.

    Returns:
        The ratio, and the interval's lower and upper end.
    """
    ratios = _ratios(old, new, seed, resamples)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return new.median / old.median, float(low), float(high)


def ratio_intervals(
    old: Blocks, new: Blocks, *, seed: int = 0
) -> tuple[float, float, float, float]:
    """Return new over old with its 95 % interval and its 99.7 % lower bound.

    Args:
        old: The blocks to compare with.
        new: The blocks to compare.
        seed: Random seed of the resampling.

    Returns:
        The ratio of the medians, its 95 % interval's ends, and its 99.7 %
        interval's lower end.
    """
    ratios = _ratios(old, new, seed, _SURE_RESAMPLES)
    low, high, least = np.percentile(ratios, [2.5, 97.5, _SURE_PERCENT])
    return new.median / old.median, float(low), float(high), float(least)


def _ratios(old: Blocks, new: Blocks, seed: int, resamples: int) -> Floats:
    rng = np.random.default_rng(seed)
    ratios: Floats = new.resampled(rng, resamples) / old.resampled(rng, resamples)
    return ratios


def quieter_half(medians: Sequence[float]) -> float:
    """Return the median of the faster half of some blocks' medians.

    Disturbances only ever make a block slower, so two programs that were measured in
    turns on a busy machine are compared by their undisturbed halves.
    """
    ordered = sorted(medians)
    half = ordered[: max(1, (len(ordered) + 1) // 2)]
    return float(np.median(half))


def rounded(values: Mapping[str, Any], digits: int = 5) -> dict[str, Any]:
    """Return a copy whose numbers are rounded, for a record."""
    return {
        key: round(value, digits) if isinstance(value, float) else value
        for key, value in values.items()
    }
