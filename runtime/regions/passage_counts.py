"""How many of each class crossed each region, each way, since the run began."""

from __future__ import annotations

from typing import Final

from .visitors import Change

OTHER: Final = "other"
"""Where a second model reads texts: labels beyond the first thousand count as this."""

_MOST_LABELS: Final = 1000


class PassageCounts:
    """Counts by region, direction and label, in bounded memory.

    Args:
        regions: How many regions there are.
    """

    def __init__(self, regions: int) -> None:
        self._counts: list[dict[int, dict[str, int]]] = [
            {1: {}, -1: {}} for _ in range(regions)
        ]
        self._labels: set[str] = set()

    def add(self, change: Change, number: int = 1) -> None:
        """Count a change of side.

        Args:
            change: Who came to which side of which region.
            number: -1 takes back one that was counted.
        """
        label = change.label
        if label not in self._labels:
            if len(self._labels) < _MOST_LABELS:
                self._labels.add(label)
            else:
                label = OTHER
        counts = self._counts[change.region][change.direction]
        counts[label] = counts.get(label, 0) + number

    def of(self, region: int, direction: int) -> dict[str, int]:
        """Return label -> how many so far, of a region and a direction (1 or -1)."""
        return dict(self._counts[region][direction])
