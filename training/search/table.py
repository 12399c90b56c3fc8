"""The result of a search as rows, text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...files import csv_cell
from .halving import Standing
from .latency import MeasuredLatency
from .plan import Candidate


@dataclass(frozen=True)
class Row:
    """A row of the table: one candidate.

    Attributes:
        candidate: Which.
        latency: What it costs; None where it was not measured.
        standing: How far it was trained; None where it was not.
        note: Why it was not measured or trained.
        pareto: None that was trained is as quick and better, or as good and quicker.
        chosen: It became the output.
    """

    candidate: Candidate
    latency: MeasuredLatency | None
    standing: Standing | None
    note: str = ""
    pareto: bool = False
    chosen: bool = False

    @property
    def score(self) -> float | None:
        """Return the number that it was judged by; None where there is none."""
        known = self.standing is not None and math.isfinite(self.standing.score)
        return self.standing.score if known and self.standing is not None else None

    def to_dict(self, metric: str, sign: float = 1.0) -> dict[str, Any]:
        """Return plain JSON types; ``metric`` names the score."""
        cost, standing, score = self.latency, self.standing, self.score
        return {
            "network": self.candidate.label,
            "input_width": self.candidate.input_size[0],
            "input_height": self.candidate.input_size[1],
            "width": self.candidate.width,
            "latency_ms": cost and round(cost.ms, 4),
            "invoke_ms": cost and round(cost.invoke_ms, 4),
            "quiet": cost and cost.quiet,
            "parameters": cost and cost.parameters,
            "int8_bytes": cost and cost.int8_bytes,
            metric: None if score is None else round(sign * score, 6),
            "trained_s": standing and round(standing.seconds, 1),
            "rounds": standing and standing.rounds,
            "pareto": self.pareto,
            "chosen": self.chosen,
            "note": self.note or "; ".join(cost.reasons if cost else ()),
        }


def ranked(
    candidates: Sequence[Candidate],
    costs: Mapping[Candidate, MeasuredLatency],
    notes: Mapping[Candidate, str],
    standings: Mapping[str, Standing],
    *,
    chosen: str,
) -> tuple[Row, ...]:
    """Return a row per candidate, quick ones first, those never measured last.

    Args:
        candidates: All candidates.
        costs: What was measured.
        notes: Why others were not, or were not trained.
        standings: How far candidates were trained, by name.
        chosen: The name of the one that became the output.
    """
    rows = [
        Row(
            candidate=c,
            latency=costs.get(c),
            standing=standings.get(c.name),
            note=notes.get(c, ""),
            chosen=c.name == chosen,
        )
        for c in candidates
    ]
    rows.sort(key=lambda row: math.inf if row.latency is None else row.latency.ms)
    points = {
        row.candidate: (row.latency.ms, row.score)
        for row in rows
        if row.latency is not None and row.score is not None
    }
    good = dict(zip(points, pareto(list(points.values())), strict=True))
    return tuple(replace(row, pareto=good.get(row.candidate, False)) for row in rows)


def pareto(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Return for each point whether no other is as good in both and better in one.

    Args:
        points: Latency, less is better, and score, more is better.
    """
    return [
        not any(
            ms <= own_ms and score >= own and (ms < own_ms or score > own)
            for ms, score in points
        )
        for own_ms, own in points
    ]


def to_csv(rows: Sequence[Row], metric: str, sign: float = 1.0) -> str:
    """Return one line per candidate."""
    stream = io.StringIO()
    table = [row.to_dict(metric, sign) for row in rows]
    writer = csv.DictWriter(stream, list(table[0]), lineterminator="\n")
    writer.writeheader()
    for values in table:
        writer.writerow({name: csv_cell(value) for name, value in values.items()})
    return stream.getvalue()
