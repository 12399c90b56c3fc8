"""The closing lines of a conversion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.conversion_reports import report_of

from edgevision.cli.reports import convert_lines

CHECKED = {
    "metric": "top-1 agreement",
    "agreement": 0.97,
    "n": 500,
    "interval": [0.951, 0.982],
    "float": None,
}


def _report(verification=None, **card):
    """Return the report of a classifier, or of another model."""
    report = report_of(
        Path("a.tflite"),
        source_bytes=20_000,
        file_bytes=10_000,
        quantization={"recipe": "int8", "io": "uint8"},
        verification=verification,
    )
    return replace(report, card=replace(report.card, **card))


def test_without_a_verification_there_is_the_file_and_what_to_run():
    assert convert_lines(_report()) == [
        "a.tflite: 10,000 bytes (the model: 20,000), int8 with uint8 inputs and "
        "outputs",
        "task: classification",
        "next: edgevision inspect a.tflite",
    ]


def test_the_task_stands_with_what_proves_it():
    proof = {"evidence": {"task": "the loss mean_squared_error"}}
    lines = convert_lines(_report(task="values", provenance=proof))
    assert lines[1] == "task: values (by the loss mean_squared_error)"
    proof = {"evidence": {"task": "assumed: one sigmoid"}}
    lines = convert_lines(_report(provenance=proof))
    assert lines[1] == "task: classification (assumed: one sigmoid)"


def test_they_say_how_far_it_agrees_and_how_sure_that_is():
    lines = convert_lines(_report(CHECKED))
    assert "97.0% on 500 samples (95 % interval 95.1 to 98.2 %)" in lines[2]
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            {"float": 0.9, "quantized": 0.89},
            "accuracy: float 90.0%, converted 89.0%",
        ),
        (
            {"float": 0.5, "quantized": 0.4, "accuracy_name": "mAP"},
            "mAP: float 50.0%, converted 40.0%",
        ),
        (
            {"details": {"psnr_db": 31.25, "mean_level_error": 1.5}},
            "pictures: 1.50 levels of 255 off in the mean, PSNR 31.2 dB",
        ),
        (
            {
                "details": {
                    "share_of_other_pixels": 0.01,
                    "iou_background": 0.99,
                    "iou_road": 0.9512,
                }
            },
            "masks: 99.0% of the pixels have the same class; IoU background 0.990, "
            "road 0.951",
        ),
    ],
)
def test_accuracy_and_pictures_have_a_line_of_their_own(more, line):
    assert line in convert_lines(_report({**CHECKED, **more}))


def test_a_generator_is_run_by_generate():
    lines = convert_lines(_report(task="generation"))
    assert lines[-1] == "next: edgevision generate a.tflite -o a.grid.png"


def test_a_comparison_of_no_box_is_no_figure():
    empty = {**CHECKED, "details": {"boxes": 0}, "metric": "boxes refound at IoU 0.5"}
    text = "\n".join(convert_lines(_report(empty, task="detection")))
    assert "boxes refound at IoU 0.5: not measured, because neither model fi" in text
    assert "%" not in text
