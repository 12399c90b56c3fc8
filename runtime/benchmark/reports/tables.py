"""Benchmarks and comparisons as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from ....files import csv_cell
from ..comparison import BenchmarkComparison
from ..record import BenchmarkRecord

STATISTICS: Final = ("mean", "deviation", "min", "p50", "p90", "p95", "p99", "max")
"""The statistics of a stage, in the order of every table."""


def record_csv(record: BenchmarkRecord) -> str:
    """Return a record's figures as CSV: one row per result and stage."""
    header = [
        *("model", "sha256", "backend", "backend_version", "delegate", "threads"),
        *("stage", "n", *(f"{name}_ms" for name in STATISTICS)),
        *("interval_low_ms", "interval_high_ms", "trustworthy"),
    ]
    rows: list[list[object]] = []
    for result in record.results:
        for name, stage in result.stages.items():
            values = (stage.value(column) for column in STATISTICS)
            rows.append(
                [
                    *(result.model.name, result.model.sha256, result.backend),
                    *(result.backend_version, result.delegate, result.threads),
                    *(name, stage.n, *("" if v is None else v for v in values)),
                    *(*stage.interval, record.trust.trustworthy),
                ]
            )
    return _csv(header, rows)


def comparison_csv(comparison: BenchmarkComparison) -> str:
    """Return a comparison as CSV: one row per pair of results."""
    rows = [change.to_dict() for change in comparison.changes]
    return _csv(list(rows[0]), [list(row.values()) for row in rows])


def _csv(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    # A model's name comes from anybody.
    for row in (header, *rows):
        writer.writerow(map(csv_cell, row))
    return text.getvalue()
