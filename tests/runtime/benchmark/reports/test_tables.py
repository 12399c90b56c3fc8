"""A record as CSV."""

from __future__ import annotations

import csv
import io

from edgevision.runtime.benchmark.reports.tables import record_csv
from support.latency import record, result


def test_a_row_per_result_and_stage_with_empty_cells_for_what_is_unknown():
    text = record_csv(record(result("a"), result("b", stage="bare")))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["model"], row["stage"]) for row in rows] == [
        *(("a", stage) for stage in ("model", "prepare", "invoke", "decode", "bare")),
        ("b", "bare"),
    ]
    assert rows[0]["p99_ms"] == ""
    assert float(rows[0]["interval_low_ms"]) <= float(rows[0]["p50_ms"])
    assert rows[0]["trustworthy"] == "True"


def test_the_name_of_a_model_is_no_formula():
    rows = list(csv.DictReader(io.StringIO(record_csv(record(result("=1+1"))))))
    assert {row["model"] for row in rows} == {"'=1+1"}
