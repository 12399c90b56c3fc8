"""The result of a search, with its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import __version__
from ..request import TrainReport
from . import table


@dataclass(frozen=True)
class SearchReport:
    """The result of a search.

    Attributes:
        trained: The output, as if it had been trained alone.
        rows: All candidates, quick ones first, those never measured last.
        metric: What they were judged by, such as accuracy.
        sign: 1, or -1 where less of it is better.
        max_ms: The budget.
        seconds: Time that the whole search took.
        stopped: It was interrupted.
        where: Machine, threads and backend of the latencies, by name.
    """

    trained: TrainReport
    rows: tuple[table.Row, ...]
    metric: str
    sign: float
    max_ms: float
    seconds: float
    stopped: bool
    where: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the search as plain JSON types, with the training under a name."""
        return {**self.record(), "trained": self.trained.to_dict()}

    def record(self) -> dict[str, Any]:
        """Return what is kept beside the output."""
        return {
            "edgevision": __version__,
            "max_ms": self.max_ms,
            "metric": self.metric,
            "seconds": round(self.seconds, 1),
            "stopped": self.stopped,
            "measured_on": dict(self.where),
            "candidates": [row.to_dict(self.metric, self.sign) for row in self.rows],
        }
