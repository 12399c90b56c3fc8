"""``edgevision run DETECTOR --then CLASSIFIER``: lines, sinks, and wrong pairs."""

from __future__ import annotations

import json
import shlex

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.demo.watch_classifier import CLASSIFIER
from edgevision.runtime.demo.watch_detector import DETECTOR
from edgevision.runtime.scenes import SHAPES, render_scene

from edgevision.cli.main import cli


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(2)
    for i in range(3):
        image, _, _ = render_scene(rng, (320, 240), radius=(0.12, 0.2))
        cv2.imwrite(str(tmp_path / f"{i}.png"), image)
    return tmp_path


def _run(*arguments: object):
    return CliRunner().invoke(cli, ["run", *map(str, arguments)])


def test_lines_records_and_pictures_have_both(photos, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    result = _run(
        *(DETECTOR, "--then", CLASSIFIER, "--margin", 0.2, "--source", photos),
        *("--sink", f"jsonl:{out / 'a.jsonl'}", "--sink", f"images:{out / 'seen'}"),
        *("--sink", f"csv:{out / 'a.csv'}"),
    )
    assert result.exit_code == 0, result.output
    assert "the box and 0.2 of its size on each side.\n" in result.stderr
    assert "refine" in result.stdout.splitlines()[0]
    assert any(line.split()[:1] == ["refine"] for line in result.stderr.splitlines())
    records = [json.loads(text) for text in (out / "a.jsonl").read_text().splitlines()]
    assert len(records) == 3
    found = [item for record in records for item in record["detections"]]
    assert found
    assert {item["label"] for item in found} <= set(SHAPES)
    assert all(record["timing"]["refine_ms"] > 0 for record in records)
    assert len(list((out / "seen").glob("*"))) == 3
    assert "refine_ms" in (out / "a.csv").read_text().splitlines()[0]


def test_both_labels_are_shown_when_asked_for(photos):
    result = _run(
        DETECTOR, "--then", CLASSIFIER, "--merge", "both", "-s", photos, "--json"
    )
    labels = [
        item["label"]
        for line in result.stdout.splitlines()
        for item in json.loads(line)["detections"]
    ]
    assert labels
    assert all(": " in label for label in labels)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((DETECTOR, "--margin", 0.1), 2, "--margin goes with --then"),
        ((DETECTOR, "--then", CLASSIFIER, "--merge", "all"), 2, "No merge 'all'"),
        ((DETECTOR, "--then", "none.tflite"), 1, "none.tflite"),
        ((CLASSIFIER, "--then", CLASSIFIER), 1, "is a model for classification"),
        ((DETECTOR, "--then-option", "top_k=1"), 2, "--then-option goes with --then"),
        (
            (DETECTOR, "--then", CLASSIFIER, "--then-option", "frobnicate=1"),
            2,
            "frobnicate",
        ),
        (
            (DETECTOR, "--then", CLASSIFIER, "--then-option", "follow=1"),
            2,
            "follow goes with face, hand and pose landmarks",
        ),
        (
            (
                *(DETECTOR, "--then", CLASSIFIER, "--margin", 0.1),
                *("--then-option", "margin=0.2"),
            ),
            2,
            "say the same thing",
        ),
    ],
)
def test_wrong_pairs_are_named(photos, arguments, code, sentence):
    result = _run(*arguments, "--source", photos)
    assert result.exit_code == code, result.output
    assert sentence in result.stderr


def test_a_question_about_the_second_model_says_where_its_answer_goes(shared, photos):
    reader = shared / "tflite-foreign/kind_ocr_ctc.tflite"
    result = _run(DETECTOR, "--then", reader, "--source", photos)
    assert result.exit_code == 1
    assert "--then-option task=text --then-option blank=last" in result.stderr
    said = ("task=text", "blank=last", "normalize=unit")
    result = _run(
        *(DETECTOR, "--then", reader, "--source", photos, "--json"),
        *(part for text in said for part in ("--then-option", text)),
    )
    assert result.exit_code == 0, result.output
    items = [
        item
        for line in result.stdout.splitlines()
        for item in json.loads(line)["detections"]
    ]
    assert all(item["label"] == item["then"]["text"] for item in items)


def test_a_question_about_heads_is_answered_as_it_is_printed(shared, photos):
    heads = shared / "tflite-foreign/kind_age_gender.tflite"
    result = _run(DETECTOR, "--then", heads, "--source", photos)
    assert result.exit_code == 1
    said = shlex.split(result.stderr)
    pairs = [said[i : i + 2] for i, word in enumerate(said) if word == "--then-option"]
    means = ["--then-option", "first.expected=0..100"]
    last_heads = [pair for pair in pairs if pair[1].startswith("heads=")][-1]
    result = _run(
        *(DETECTOR, "--then", heads, "--source", photos, *last_heads, *means),
        *("--then-option", "normalize=unit"),
    )
    assert result.exit_code == 0, result.output


def test_what_is_assumed_of_the_second_names_it_and_its_flags(shared, photos):
    hand = shared / "tflite-foreign/mp_hand_landmark_lite.tflite"
    result = _run(DETECTOR, "--then", hand, "--source", photos)
    assert result.exit_code == 0, result.output
    assert "Assumed for mp_hand_landmark_lite: Left and right" in result.stderr
    assert "--then-option mirrored=false" in result.stderr
    assert "whole picture" not in result.stderr
