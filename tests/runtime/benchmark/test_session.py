"""Whole benchmarks of a tiny model: what is in the record, never how fast it was."""

from __future__ import annotations

import copy
import csv
import io
import json
import re

import cv2
import numpy as np
import pytest
from edgevision.runtime.benchmark.measurement import Plan
from edgevision.runtime.benchmark.record_json import record_from_json, record_to_json
from edgevision.runtime.benchmark.reports.page import record_page
from edgevision.runtime.benchmark.reports.tables import record_csv
from edgevision.runtime.benchmark.reports.text import histogram, record_lines
from edgevision.runtime.benchmark.session import float_twin, run
from edgevision.runtime.interpreter.backends import installed_backends
from support.boards import OLD_PI4, write_tree
from support.color_model import color_model
from support.json_schema import faults

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)
SCHEMA = "docs/reference/benchmark.schema.json"
QUICK = Plan(max_seconds=0.4, warm_up_seconds=0.02, block_seconds=0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
    (folder / "net.tflite").write_bytes(
        color_model("int8", zero_point=-128, end="softmax")
    )
    (folder / "net.float.tflite").write_bytes(color_model("float32", end="softmax"))
    image = np.full((60, 80, 3), 90, np.uint8)
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.png"), image + number)
    return folder


@pytest.fixture(scope="module")
def record(folder):
    return run(
        [folder / "net.tflite"],
        source=str(folder / "*.png"),
        threads=(1, 2),
        plan=QUICK,
        options={"normalize": "raw"},
    )


def test_record_follows_the_documented_schema(record, repository):
    schema = json.loads((repository / SCHEMA).read_text())
    data = record_to_json(record)
    assert faults(data, schema, schema, "record") == []
    written = json.loads(json.dumps(data, allow_nan=False))
    assert faults(written, schema, schema, "record") == []
    assert record_from_json(written) == record


def test_schema_finds_what_is_missing_or_of_a_wrong_kind(record, repository):
    schema = json.loads((repository / SCHEMA).read_text())
    damaged = copy.deepcopy(record_to_json(record))
    del damaged["trust"]["reasons"]
    damaged["results"][0]["threads"] = "two"
    assert faults(damaged, schema, schema, "record") == [
        "record.results[0].threads is str, not ['integer']",
        "record.trust lacks reasons",
    ]


def test_every_setting_and_the_float_twin_are_measured(record, folder):
    found = [(item.model.name, item.threads) for item in record.results]
    names = ("net.tflite", "net.float.tflite")
    assert found == [(name, threads) for name in names for threads in (1, 2)]
    # Each stands against the float model with the same number of threads.
    assert [(item.name, item.float_name) for item in record.against] == [
        (record.results[0].name, record.results[2].name),
        (record.results[1].name, record.results[3].name),
    ]
    assert float_twin(folder / "net.tflite") == folder / "net.float.tflite"


def test_stages_add_up_and_no_sample_is_lost(record):
    for result in record.results:
        stages = result.stages
        assert list(stages) == ["prepare", "invoke", "decode", "model", "bare"]
        parts = sum(stages[name].mean_ms for name in ("prepare", "invoke", "decode"))
        assert parts == pytest.approx(stages["model"].mean_ms, abs=1e-3)
        for blocks in result.blocks:
            stage = stages[blocks.lane]
            assert sum(blocks.n) == stage.n
            assert sum(count for _, count in stage.buckets) == stage.n


def test_record_names_the_very_file(record, folder):
    import hashlib

    digest = hashlib.sha256((folder / "net.tflite").read_bytes()).hexdigest()
    assert record.results[0].model.sha256 == digest
    assert record.results[0].model.precision == "int8"
    assert record.results[2].model.precision == "float32"


def test_pictures_are_read_before_anything_is_timed(record):
    assert record.source.frames == 3
    assert (record.source.width, record.source.height) == (80, 60)
    assert record.source.capture.n == 3


def test_text_shows_every_stage_the_histogram_and_the_verdict(record):
    text = "\n".join(record_lines(record))
    for word in ("prepare", "model", "bare", "p95", "first inference", "int8"):
        assert word in text
    assert "trusted" in text
    assert "no times per operator" in text.replace("give no", "no")


def test_histogram_in_text_counts_all(record):
    stage = record.results[0].stages["model"]
    rows = list(histogram(stage.buckets))
    assert sum(int(row.split()[-1]) for row in rows) == stage.n


def test_histogram_of_equal_samples_is_one_row():
    assert list(histogram([[2.0, 7]])) == [f"    2.000 ms {'#' * 40} 7"]


def test_page_is_self_contained_and_has_its_plots(record):
    page = record_page(record)
    assert not re.findall(r'(?:src|href)="', page)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    # Five histograms and a timeline each, memory; bars side by side and of threads.
    assert page.count("<svg") >= 4 * 6 + 1
    assert page.count('class="bar"') == 4 + 2 * 2
    assert "Threads" in page


def test_csv_has_one_row_per_result_and_stage(record):
    rows = list(csv.DictReader(io.StringIO(record_csv(record))))
    assert len(rows) == 4 * 5
    assert float(rows[0]["p50_ms"]) > 0


def test_bare_needs_no_card_and_no_pictures(folder):
    found = run([folder / "net.float.tflite"], bare=True, plan=QUICK)
    assert list(found.results[0].stages) == ["bare"]
    assert found.source.name is None
    assert found.against is None
    assert "made-up values" in "\n".join(record_lines(found))
    record_page(found)


# file name, side of the input -> the published figure stands beside, on a made Pi 4
PUBLISHED = [
    (
        "efficientdet_lite0.tflite",
        320,
        "published: 78.01 ms for EfficientDet-Lite0",
    ),
    ("efficientdet_lite0.tflite", 64, None),  # another size
    ("net.tflite", 320, None),
]


@pytest.mark.parametrize(("name", "side", "expected"), PUBLISHED)
def test_published_figure_stands_beside_the_same_model_on_the_same_board(
    tmp_path, monkeypatch, name, side, expected
):
    path = tmp_path / name
    path.write_bytes(color_model("int8", size=(side, side), zero_point=-128))
    monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(write_tree(tmp_path, OLD_PI4)))
    found = run([path], bare=True, plan=QUICK)
    assert found.environment["profile"] == "pi4"
    published = found.results[0].published
    assert (published or "").startswith(expected or "")
    assert bool(published) is bool(expected)
    text = "\n".join(record_lines(found))
    assert ("github.com/NobuoTsukamoto" in text) is bool(expected)
    # Hot and short of voltage, as made: the record does not trust itself.
    assert found.health.before["throttled_bits"] == 0x50005
    assert "throttled, under-voltage" in found.trust.reasons[0]
