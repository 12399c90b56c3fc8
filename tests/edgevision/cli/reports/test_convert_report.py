"""The closing lines of a conversion."""

from __future__ import annotations

import pytest
from edgevision.converters.write.report import ConversionReport

from edgevision.cli.reports import convert_lines

DATA = {
    "bytes": 10_000,
    "source": {"bytes": 20_000},
    "card": {
        "output": {"decoder": "classifier"},
        "quantization": {"recipe": "int8", "io": "uint8"},
    },
    "verification": {},
}
CHECKED = {
    "metric": "top-1 agreement",
    "agreement": 0.97,
    "n": 500,
    "interval": [0.951, 0.982],
    "float": None,
}


def test_convert_lines_do_without_a_verification(tmp_path):
    data = {
        "bytes": 10,
        "source": {"bytes": 20},
        "card": {
            "output": {"decoder": "classifier"},
            "quantization": {"recipe": "dynamic", "io": "float32"},
        },
        "verification": {},
    }
    lines = convert_lines(ConversionReport(tmp_path / "a.tflite", data))
    assert len(lines) == 2


def test_they_say_how_far_it_agrees_and_how_sure_that_is(tmp_path):
    data = {**DATA, "verification": CHECKED}
    lines = convert_lines(ConversionReport(tmp_path / "a.tflite", data))
    assert lines[0].endswith("int8 with uint8 inputs and outputs")
    assert "97.0% on 500 samples (95 % interval 95.1 to 98.2 %)" in lines[1]
    assert lines[-1] == f"next: edgevision run {tmp_path / 'a.tflite'} --source IMAGE"


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
def test_accuracy_and_pictures_have_a_line_of_their_own(tmp_path, more, line):
    data = {**DATA, "verification": {**CHECKED, **more}}
    assert line in convert_lines(ConversionReport(tmp_path / "a.tflite", data))


def test_a_generator_is_run_by_generate(tmp_path):
    card = {**DATA["card"], "output": {"decoder": "image"}}
    lines = convert_lines(
        ConversionReport(tmp_path / "a.tflite", {**DATA, "card": card})
    )
    assert lines[-1] == f"next: edgevision generate {tmp_path / 'a.tflite'} -o grid.png"
