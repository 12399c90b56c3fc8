"""A training's report as a file: all of it as JSON, one page as HTML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from edgevision.training.report_file import as_page, check_report, write_report
from edgevision.training.request import TrainReport

from edgevision.errors import ConversionError, OutputExistsError

REPORT = TrainReport(
    path=Path("net.keras"),
    task="classification",
    evidence="2 folders of pictures: <a>, b",
    arch="cnn",
    parameters=1234,
    epochs=2,
    best_epoch=1,
    seconds=3.5,
    ended="finished",
    metrics={"accuracy": 0.875},
    labels=("<a>", "b"),
    history=(
        {"epoch": 1, "loss": 0.7, "val_accuracy": 0.875, "seconds": 1.0},
        {"epoch": 2, "loss": 0.5, "val_accuracy": 0.75, "seconds": 2.0},
    ),
    facts={"train": 10, "classes": {"<a>": 5, "b": 5}},
    warnings=("1 of 11 pictures cannot be read.",),
    next_commands=("edgevision convert net.keras",),
).to_dict()
SEARCH = {
    "max_ms": 5.0,
    "metric": "accuracy",
    "measured_on": {"board": "a board", "threads": 1},
    "candidates": [
        {
            **dict.fromkeys(
                ("latency_ms", "parameters", "int8_bytes", "trained_s", "accuracy")
            ),
            "network": "cnn",
            "input_width": 32,
            "input_height": 24,
            "width": 0.5,
            "note": "above the budget",
            "chosen": False,
        }
    ],
    "trained": REPORT,
}


def test_json_has_all_of_it(tmp_path):
    write_report(REPORT, tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text("utf-8")) == REPORT


def test_the_page_shows_figures_warnings_and_curves(tmp_path):
    write_report(REPORT, tmp_path / "r.HTML")
    text = (tmp_path / "r.HTML").read_text("utf-8")
    for part in (
        "net.keras",
        "1,234",
        "87.50%",
        "Warning: 1 of 11 pictures",
        "edgevision convert net.keras",
        "&lt;a&gt; 5, b 5",
    ):
        assert part in text
    assert "<a>" not in text
    assert text.count("<svg") == 2


def test_a_search_brings_its_table():
    text = as_page(SEARCH).render()
    assert "Search within 5 ms" in text
    assert "above the budget" in text
    assert "a board" in text


def test_what_cannot_be_written_is_refused_before_the_work(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.json or \.html"):
        check_report(tmp_path / "r.txt", force=False)
    with pytest.raises(ConversionError, match="does not exist"):
        check_report(tmp_path / "none" / "r.json", force=False)
    (tmp_path / "r.json").touch()
    with pytest.raises(OutputExistsError):
        check_report(tmp_path / "r.json", force=False)
    check_report(tmp_path / "r.json", force=True)
