"""What users bring: each model converts right, or is refused with its cure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def results(tmp_path_factory, repository):
    folder = tmp_path_factory.mktemp("user-models")
    script = repository / "tests" / "support" / "user_models.py"
    run = subprocess.run(
        [sys.executable, str(script), str(folder)],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads((folder / "results.json").read_text("utf-8"))


def test_nothing_ends_in_a_fault(results):
    assert {name: x["fault"] for name, x in results.items() if "fault" in x} == {}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "contradicting_normalization",
            "unit.*--normalize signed --stacked.*--normalize own",
        ),
        ("open_size_not_given", r"has no fixed size \(\?x\?x3\).*--input-size"),
        (
            "float_operator",
            r"1 CUMSUM, .* in float \(from layer 'steps' \(Activation\)\).*float16",
        ),
        ("suppression_inside", "contains non-maximum suppression.*on the device"),
        ("recurrent_loop_exported", "graph .* runs as a loop.*unroll=True"),
        ("lambda_layer", r"lambda=x \* 2.*--allow-unsafe"),
        ("foreign_operator", "tf.Tan.*Replace.*--allow-flex"),
        ("wrong_decoder", "YOLO|yolo"),
        ("own_class", "class 'Twice'.*model.export"),
        (
            "meaning_unknown",
            "does not prove what the model does .7 numbers.*Pass --task",
        ),
    ],
)
def test_what_cannot_be_converted_is_a_sentence_with_its_cure(results, name, sentence):

    assert results[name].get("type", "").endswith("Error"), results[name]
    assert re.search(sentence, results[name]["error"])


@pytest.mark.parametrize(
    ("name", "least"),
    [
        # Agreement as its metric means it; random weights, 12 or 8 held-out samples.
        ("own_preprocessing", 1.0),
        ("nested_augmentation", 1.0),
        ("per_channel_normalization", 1.0),
        ("per_channel_in_float", 1.0),
        ("open_size", 1.0),
        ("layer_normalization", 0.9),
        ("three_outputs_in_a_dict", 0.9),
        ("two_inputs", 0.99),
        ("generator", 0.9),
        ("recurrent_loop_dynamic", 0.99),
        ("recurrent_loop", 0.99),
        ("recurrent_unrolled", 0.99),
        ("exported", 1.0),
        ("saved_model_without_export", 1.0),
        ("mixed_precision", 1.0),
        ("lambda_layer_allowed", 1.0),
        ("compiled_h5", 1.0),
        ("int16x8", 1.0),
        ("float16", 1.0),
        ("dynamic_for_2_14", 1.0),
        ("int8_ends", 1.0),
        ("float_ends", 1.0),
        ("binary", 1.0),
        ("segmentation", 0.9),
        ("integer_input", 1.0),
        ("constant_output", 1.0),
        # Boxes of random weights all lie near one size; half of them are ties.
        ("detector", 0.7),
    ],
)
def test_what_is_converted_agrees_with_the_float_model(results, name, least):
    report = results[name].get("report")
    assert report is not None, results[name]
    assert report["verification"]["agreement"] >= least
    error = report["verification"]["details"].get("mean_score_error", 0)
    assert error < 0.02


def test_augmentation_vanishes_and_batch_is_one(results):
    report = results["own_preprocessing"]["report"]
    assert set(report["operators"]).isdisjoint(
        {"SHAPE", "STRIDED_SLICE", "PACK", "RANDOM_UNIFORM", "REVERSE_V2"}
    )
    assert report["inputs"][0]["shape"] == [1, 16, 16, 3]


def test_open_sizes_are_fixed(results):
    report = results["open_size"]["report"]
    assert report["inputs"][0]["shape"] == [1, 20, 24, 3]
    assert report["card"]["input"]["width"] == 24


@pytest.mark.parametrize(
    "name",
    [
        "own_preprocessing",
        "nested_augmentation",
        "per_channel_normalization",
        "exported",
    ],
)
def test_the_input_byte_is_the_pixel(results, name):
    report = results[name]["report"]
    assert report["inputs"][0]["dtype"] == "uint8"
    assert report["card"]["quantization"]["pixel_error"] <= 1


def test_a_folded_normalization_leaves_plain_pixels_and_is_remembered(results):
    card = results["per_channel_normalization"]["report"]["card"]
    assert (card["input"]["mean"], card["input"]["std"]) == ([0.0], [1.0])
    kept = card["quantization"]["normalize"]
    assert np.allclose(kept["mean"], [123.675, 116.28, 103.53])
    assert kept["folded"] is True


def test_caffe_means_blue_first(results):
    assert results["per_channel_in_float"]["report"]["card"]["input"]["color"] == "bgr"


def test_float_ends_keep_an_even_normalization_outside(results):
    report = results["float_ends"]["report"]
    assert report["inputs"][0]["dtype"] == "float32"
    assert report["card"]["input"]["mean"] == [127.5]
    assert report["float_operators"] == {}


@pytest.mark.parametrize("name", ["int16x8", "exported", "recurrent_unrolled"])
def test_full_integer_files_hold_no_float_operator(results, name):
    assert results[name]["report"]["float_operators"] == {}


def test_the_flag_for_2_14_is_said_and_works(results):
    report = results["dynamic_for_2_14"]["report"]
    assert report["versions"]["FULLY_CONNECTED"] <= 10
    assert any("FULLY_CONNECTED version 12" in note for note in report["notes"])


def test_mixed_precision_is_said(results):
    notes = results["mixed_precision"]["report"]["notes"]
    assert "The mixed-precision model was rebuilt in float32." in notes


def test_models_without_a_picture_say_so(results):
    report = results["two_inputs"]["report"]
    assert report["card"]["input"] is None
    assert any("not one picture" in note for note in report["notes"])


def test_foreign_operators_are_warned_of(results):
    report = results["foreign_operator_allowed"]["report"]
    assert report["verification"] == {}
    assert any("FlexTan" in text for text in report["warnings"])
