"""The page of a benchmark: the answer first, one number everywhere, details folded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from edgevision.runtime.benchmark.record import Trust
from edgevision.runtime.benchmark.reports.page import record_page
from edgevision.runtime.benchmark.reports.tables import record_csv
from edgevision.runtime.benchmark.reports.text import record_lines
from edgevision.runtime.benchmark.speed import answer, compare_speeds
from support.latency import record, result


@pytest.fixture(scope="module")
def both():
    results = (result("a.tflite", 18.54), result("b.tflite", 8.92))
    comparisons = compare_speeds(results)
    return record(*results, comparisons=comparisons, answer=answer(comparisons))


def test_the_answer_stands_before_everything_else(both):
    page = record_page(both)
    assert both.answer.startswith("b.tflite is 2.08 times as fast as a.tflite")
    lead = page.index(both.answer)
    parts = [page.index(word) for word in ("be trusted", ">Side by side", "<svg ")]
    assert [lead, *parts] == sorted([lead, *parts])


def test_bars_tables_text_csv_and_answer_hold_the_same_medians(both):
    page = record_page(both)
    assert re.findall(r'class="track">.*?<b>(.*?)</b>', page) == ["18.54 ms", "8.92 ms"]
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert cells[:2] == ["a.tflite", "18.54"]
    assert cells[6:8] == ["b.tflite", "8.92"]
    lines = list(record_lines(both))
    assert lines[-1] == both.answer
    assert "The median of model is 18.540 ms" in "\n".join(lines)
    rows = [line.split(",") for line in record_csv(both).splitlines()]
    at = rows[0].index("p50_ms"), rows[0].index("stage")
    medians = [row[at[0]] for row in rows if row[at[1]] == "model"]
    assert [float(value) for value in medians] == [18.54, 8.92]


def test_the_parts_of_a_bar_add_up_to_the_median(both):
    shares = [float(v) for v in re.findall(r"--share:([\d.]+)", record_page(both))]
    assert sum(shares[:3]) == pytest.approx(1, abs=1e-3)
    assert sum(shares[3:]) == pytest.approx(8.92 / 18.54, abs=1e-3)


def test_only_one_histogram_of_each_model_is_not_folded(both):
    page = record_page(both)
    assert page.count("<details>") == page.count("</details>") == 2 * 3 + 2
    shown = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert shown.count("<svg") == 2
    assert 'aria-label="histogram of model' in shown


def test_a_bare_benchmark_has_bars_of_one_part():
    page = record_page(record(result(stage="bare")))
    assert page.count("--share:") == 1
    assert "the interpreter alone" in page
    assert "legend" not in page.split("</style>")[1]


def test_doubts_are_a_list_in_red(both):
    page = record_page(replace(both, trust=Trust(False, ("a < b", "hot"))))
    assert '<ul class="bad"><li>a &lt; b</li><li>hot</li></ul>' in page
