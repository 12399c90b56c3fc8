"""What inspect shows of a model file, as text and as a page."""

from __future__ import annotations

import pytest
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.opening.inspection import inspect_model, summarise

from edgevision.cli.decoder_defaults import defaults_of
from edgevision.cli.reports import fill_model_page, folder_table, model_lines
from edgevision.html import Page


@pytest.fixture(scope="module")
def facts():
    return inspect_model(DETECTOR, run=False).to_dict()


def test_the_text_has_a_section_for_every_question(facts):
    text = "\n".join(model_lines(facts))
    for title in (
        "How it would be run, and why",
        "Inputs and outputs",
        "Size and cost",
        "Runtimes",
        "Operations",
    ):
        assert f"\n\n{title}\n" in text
    assert "\n\nTensors\n" not in text  # only when they are asked for


def test_thresholds_that_nothing_sets_are_the_decoder_s_defaults(facts):
    decoder = facts["run"]["decoder"]
    rows = [line.split("  ") for line in model_lines(facts)]
    shown = {row[1]: row for row in rows if len(row) > 2 and row[-1] == "default"}
    assert shown
    for title, row in shown.items():
        option = title.replace(" ", "_")
        assert option not in facts["run"]["options"]
        assert f"{defaults_of(option)[decoder]:g}" in [part.strip() for part in row]


def test_the_page_says_the_same(facts):
    page = Page("net", "a model")
    fill_model_page(page, facts)
    html = page.render()
    for title in (
        "How it would be run, and why",
        "Size and cost",
        facts["file"]["path"],
    ):
        assert title in html


def test_a_folder_has_a_row_for_each_file():
    rows = [summarise(DETECTOR).to_dict(), {"name": "bad.tflite", "error": "damaged"}]
    headers, cells = folder_table(rows)
    assert len({len(headers), *map(len, cells)}) == 1
    assert cells[0][0] == DETECTOR.name
    assert cells[1][-1] == "damaged"
