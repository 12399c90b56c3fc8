"""The report's page: pass or fail first, in words and in colour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from edgevision.converters.write.report import ConversionReport
from edgevision.converters.write.report_page import report_page
from support.conversion_reports import report_of

MEASURED = {
    "metric": "top-1",
    "agreement": 0.91,
    "interval": [0.86, 0.94],
    "n": 200,
    "source": "held",
    "float": 0.953,
    "quantized": 0.95,
    "drop": 0.003,
    "details": {},
    "kernels": {},
}
TOLD = (
    "it agrees with float (top-1) by 91.00% on 200 samples, with a drop of 0.3 points"
)
# budget -> the first words of the page, and their class
VERDICTS = [
    ({}, f"Verified without a budget: {TOLD}.", "lead "),
    ({"min_agreement": 0.9}, f"Passed: {TOLD}, within the budget.", "lead good"),
    ({"max_drop": 0.003}, f"Passed: {TOLD}, within the budget.", "lead good"),
    (
        {"min_agreement": 0.98},
        f"Failed: the budget is an agreement of 98.0%; {TOLD}.",
        "lead bad",
    ),
    (
        {"max_drop": 0.001, "min_accuracy": 0.97},
        "Failed: the budget is a drop of at most 0.1 points and accuracy of 97.0%; "
        f"{TOLD}.",
        "lead bad",
    ),
]


def page_of(verification):
    report = report_of(Path("net.tflite"), verification=verification)
    return report_page(report).render()


@pytest.mark.parametrize(("budget", "sentence", "kind"), VERDICTS)
def test_the_verdict_stands_first(budget, sentence, kind):
    page = page_of({**MEASURED, "budget": budget})
    assert f'<p class="{kind}">{sentence}</p>' in page
    assert page.index(sentence) < page.index("<table")


def test_a_file_that_was_not_verified_says_so():
    assert '<p class="lead bad">Not verified: ' in page_of({})


def test_a_report_survives_the_way_through_json():
    report = report_of(Path("net.tflite"), verification=MEASURED)
    copy = ConversionReport.from_dict(json.loads(json.dumps(report.to_dict())))
    assert copy == report
    assert copy.to_dict()["verification"] == MEASURED
    assert copy.at(Path("b.tflite")).path == Path("b.tflite")


@pytest.mark.parametrize(
    ("budget", "word"), [({}, "Not verified"), ({"min_agreement": 0.9}, "Failed")]
)
def test_without_any_box_nothing_is_compared(budget, word):
    empty = {**MEASURED, "details": {"boxes": 0}, "agreement": 0.0, "drop": None}
    page = page_of({**empty, "budget": budget})
    assert f"{word}: neither model finds a box on 200 samples" in page


def test_the_scales_that_were_compared_are_a_table():
    rule = {
        "name": "signed",
        "source": "auto: layer 'bn' gets what it got in training",
        "evidence": {
            "pictures": 32,
            "layer": "bn",
            "frozen": False,
            "candidates": [
                {"normalize": "signed", "color": "rgb", "statistics": 0.12},
                {"normalize": "torch", "color": "rgb", "statistics": 0.5},
            ],
        },
    }
    report = report_of(
        Path("net.tflite"),
        quantization={"recipe": "int8", "io": "uint8", "normalize": rule},
    )
    page = report_page(report).render()
    assert "chosen by 32 calibration pictures" in page
    assert page.index("0.12") < page.index("torch")
    assert "normalization: evidence" not in page


@pytest.mark.parametrize(("count", "words"), [(1, "1 of 1 sample, which proves")])
def test_one_sample_is_no_percentage(count, words):
    page = page_of(
        {**MEASURED, "metric": "top-1 agreement", "n": count, "agreement": 1.0}
        | {"float": 1.0, "quantized": 1.0, "drop": 0.0, "budget": {}, "trained_on": 1}
    )
    assert words in page
    assert "100.00%" not in page
    assert "trained on" in page
