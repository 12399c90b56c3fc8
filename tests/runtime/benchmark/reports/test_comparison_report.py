"""A comparison as text, CSV and page: one answer, one number."""

from __future__ import annotations

import csv
import io

import pytest
from edgevision.runtime.benchmark.comparison import compare_models, compare_records
from edgevision.runtime.benchmark.reports.comparison_report import comparison_page
from edgevision.runtime.benchmark.reports.tables import comparison_csv
from edgevision.runtime.benchmark.reports.text import comparison_lines
from support.latency import record, result

MODELS = record(result("a.tflite", 8.92), result("b.tflite", 18.54))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (None, None),
        (0.05, "Slower than the limit of 5 %: b.tflite by 107.8%."),
        (2.0, "Nothing is certainly slower than the limit of 200 %."),
    ],
)
def test_the_page_has_the_answer_the_medians_and_the_limit(limit, words):
    found = compare_models(MODELS, max_slowdown=limit)
    page = comparison_page(found)
    assert found.answer.startswith("a.tflite is 2.08 times as fast as b.tflite")
    assert page.index(found.answer) < page.index("8.92 ms") < page.index("18.54 ms")
    assert ("limit of" in page) is (words is not None)
    assert (words or "") in page


def test_text_ends_with_the_answer_and_names_both_models():
    found = compare_models(MODELS, max_slowdown=None)
    first, last = comparison_lines(found)
    assert first.startswith("a.tflite -> b.tflite, model: 8.920 -> 18.540 ms (+107.8%")
    assert last == found.answer


def test_one_model_in_two_records_is_named_once():
    found = compare_records(
        record(result(p50=10.0)), record(result(p50=9.0)), max_slowdown=0.05
    )
    first, last = comparison_lines(found)
    assert first.startswith("net.tflite, model: 10.000 -> 9.000 ms (-10.0%, 95 %")
    assert first.endswith(": faster")
    assert last.startswith("net.tflite (new) is 1.11 times as fast as net.tflite (old)")


def test_csv_has_one_row_per_pair():
    found = compare_models(MODELS, max_slowdown=0.05)
    (row,) = csv.DictReader(io.StringIO(comparison_csv(found)))
    assert (row["old_name"], row["name"], row["verdict"]) == (
        *("a.tflite", "b.tflite", "slower"),
    )
    assert float(row["ratio"]) == pytest.approx(18.54 / 8.92, abs=1e-5)


def test_several_pairs_have_a_sentence_each():
    old = record(result("a"), result("b"))
    new = record(result("a", 20.0), result("b", 5.0))
    found = compare_records(old, new, max_slowdown=0.05)
    page = comparison_page(found)
    assert all(change.sentence in page for change in found.changes)
    assert len(list(comparison_lines(found))) == 2


def test_cautions_are_listed():
    old = record(result("a"))
    new = record(result("b", backend_version="3"))
    page = comparison_page(compare_records(old, new, max_slowdown=0.05))
    assert "<li>The backend differs: " in page
