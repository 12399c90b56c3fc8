"""Terminals of other encodings show labels as escapes, and JSON stays JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import edgevision.runtime.demo as shipped
import numpy as np
import pytest

MODEL = Path(shipped.__file__).with_name("shapes.tflite")
LABELS = ["Жук", "é", "😀", "漢字", "ß", "plain"]


@pytest.fixture
def words(tmp_path):
    """Return the words of a run that reports all of these labels."""
    (tmp_path / "labels.txt").write_text("\n".join(LABELS), "utf-8")
    picture = tmp_path / "é.png"
    pixels = np.full((32, 32, 3), 90, np.uint8)
    picture.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    labels = f"--labels={tmp_path}/labels.txt"
    return ["run", str(MODEL), "-s", str(picture), labels, "--top-k=6", "--trust"]


def _run(words, encoding, **environment):
    return subprocess.run(
        [sys.executable, "-m", "edgevision.cli", *words],
        env={
            **os.environ,
            "PYTHONIOENCODING": encoding,
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            **environment,
        },
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_json_is_read_back_with_its_labels(words, encoding):
    done = _run([*words, "--json"], encoding, LC_ALL="C")
    assert done.returncode == 0, done.stderr
    (record,) = map(json.loads, done.stdout.decode(encoding).splitlines())
    assert {item["label"] for item in record["classes"]} == set(LABELS)


def test_text_and_errors_are_shown_with_escapes(words):
    done = _run(words, "ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("ascii")
    # A line shows the five best.
    labels = ("\\u0416\\u0443\\u043a", "\\ud83d\\ude00", "\\u6f22\\u5b57", "\\u00e9")
    assert sum(label in text for label in labels) >= 3
    done = _run(["inspect", "Жук.tflite"], "latin-1", LC_ALL="C")
    assert done.returncode == 1
    # The bytes of a name, which this locale takes for no letters.
    assert b"Cannot open the model \\udcd0\\udc96" in done.stderr


@pytest.mark.parametrize("words_", [["--help"], ["--version"], ["run", "--help"]])
def test_a_full_disk_under_standard_output_is_a_sentence(words_):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "edgevision.cli", *words_],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert b"Cannot write: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
