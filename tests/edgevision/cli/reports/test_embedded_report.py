"""What a model file says about itself."""

from __future__ import annotations

from edgevision.cli.reports.embedded_report import embedded_rows

NOTHING = {
    "card": None,
    "tflite_metadata": None,
    "ultralytics": None,
    "files": [],
    "metadata_entries": [],
    "file": {"description": ""},
}


def test_a_file_that_says_nothing_has_no_rows():
    assert embedded_rows(NOTHING) == []


def test_a_drop_is_shown_without_the_noise_of_a_float():
    card = {
        "name": "net",
        "task": "classification",
        "quantization": {"recipe": "int8"},
        "verification": {
            "metric": "agreement",
            "drop": 0.873 - 0.875,
            "float": 0.873,
            "n": 200,
            "interval": [0.1, 0.2],
        },
    }
    assert "0.0020000000000000018" in str(card)
    assert embedded_rows({**NOTHING, "card": card}) == [
        ["model card", "net: classification, recipe int8"],
        ["verification", "metric agreement, drop -0.002, float 0.873, n 200"],
    ]


def test_a_verification_says_what_each_number_measures():
    verification = {
        "metric": "top-1 agreement",
        "n": 500,
        "agreement": 0.994,
        "accuracy_name": "accuracy",
        "float": 0.956,
        "quantized": 0.958,
        "drop": -0.002,
        "source": "shapes",
    }
    card = {
        "name": "net",
        "task": "classification",
        "quantization": {},
        "verification": verification,
    }
    assert embedded_rows({**NOTHING, "card": card})[1] == [
        "verification",
        "top-1 agreement 0.994 on 500 samples, accuracy 0.956 as float, 0.958 "
        "converted, drop -0.002, source shapes",
    ]


def test_an_accuracy_without_a_figure_is_not_named():
    verification = {"metric": "SSIM", "n": 9, "agreement": 0.5, "accuracy_name": "x"}
    card = {
        "name": "net",
        "task": "image",
        "quantization": {},
        "verification": verification,
    }
    assert embedded_rows({**NOTHING, "card": card})[1] == [
        "verification",
        "SSIM 0.5 on 9 samples",
    ]
