"""The closing lines of a conversion."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from edgevision.cli.reports import convert_lines

CHECKED = {
    "metric": "top-1 agreement",
    "agreement": 0.97,
    "n": 500,
    "interval": [0.951, 0.982],
    "float": None,
}


def _report(verification=None, task="classification"):
    """Return what convert_lines reads of a report."""
    card = {
        "quantization": {"recipe": "int8", "io": "uint8"},
    }
    return types.SimpleNamespace(
        path=Path("a.tflite"),
        bytes=10_000,
        source=types.SimpleNamespace(bytes=20_000),
        card=types.SimpleNamespace(
            quantization=card["quantization"],
            task=task,
        ),
        data={"bytes": 10_000, "source": {"bytes": 20_000}, "card": card},
        verification=verification or {},
    )


def test_without_a_verification_there_is_the_file_and_what_to_run():
    assert convert_lines(_report()) == [
        "a.tflite: 10,000 bytes (the model: 20,000), int8 with uint8 inputs and "
        "outputs",
        "next: edgevision run a.tflite --source IMAGE",
    ]


def test_they_say_how_far_it_agrees_and_how_sure_that_is():
    lines = convert_lines(_report(CHECKED))
    assert "97.0% on 500 samples (95 % interval 95.1 to 98.2 %)" in lines[1]
    assert len(lines) == 3


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
    ],
)
def test_accuracy_and_pictures_have_a_line_of_their_own(more, line):
    assert line in convert_lines(_report({**CHECKED, **more}))


def test_a_generator_is_run_by_generate():
    lines = convert_lines(_report(task="generation"))
    assert lines[-1] == "next: edgevision generate a.tflite -o grid.png"


def test_a_model_that_answers_with_a_picture_is_run_into_a_folder():
    lines = convert_lines(_report(task="image"))
    assert lines[-1].endswith("run a.tflite --source IMAGE --sink images:out/")
