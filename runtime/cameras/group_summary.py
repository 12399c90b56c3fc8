"""The figures of a group of cameras, one row for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..pipeline import RunSummary


@dataclass(frozen=True)
class GroupSummary:
    """The figures of cameras that share a model.

    Attributes:
        runs: By the camera's name, its figures.
        states: By the same, ``waiting``, ``running``, ``ended`` or ``failed``.
        errors: By the same, why it failed, where it did.
    """

    runs: Mapping[str, RunSummary]
    states: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON types, by camera."""
        return {
            name: {
                **run.to_dict(),
                "state": self.states[name],
                "error": self.errors.get(name),
            }
            for name, run in self.runs.items()
        }

    def lines(self) -> Iterator[str]:
        """Yield a table with a row per camera, and what went wrong, as text."""
        width = max([len("camera"), *map(len, self.runs)])
        yield (
            f"{'camera':<{width}}  {'frames':>8}  {'fps':>7}  {'dropped':>8}  "
            f"{'skipped':>8}  {'age p50':>8}  {'p95':>8}  state"
        )
        for name, run in self.runs.items():
            rate, age = run.latency.throughput, run.latency.rows["age"]
            ages = [f"{age.percentile(p):.1f}" if age.count else "-" for p in (50, 95)]
            yield (
                f"{name:<{width}}  {run.latency.frames:>8}  "
                f"{'-' if rate is None else f'{rate:.2f}':>7}  {run.dropped:>8}  "
                f"{run.thinned:>8}  {ages[0]:>8}  {ages[1]:>8}  {self.states[name]}"
            )
        yield "age: ms from the capture of a picture to the model's work on it"
        for name, run in self.runs.items():
            if run.reconnects:
                yield (
                    f"{name}: {run.reconnects} reconnects ({run.gap_s:.1f} s without "
                    "pictures)"
                )
            if run.damaged:
                yield f"{name}: {run.damaged} damaged"
            for sink, lost in run.lost.items():
                if lost:
                    yield f"{name}: {sink} lost {lost} events"
        for name, error in self.errors.items():
            yield f"{name}: {error}"
        board = next((run.board for run in self.runs.values() if run.board), "")
        if board:
            yield board
