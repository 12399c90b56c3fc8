"""``edgevision demo``: the shipped detector at work, and the whole journey."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from edgevision.devices import detect
from edgevision.runtime.demo.watch_classifier import CLASSIFIER
from edgevision.runtime.demo.watch_detector import DETECTOR
from edgevision.runtime.scenes import EASY, SHAPES
from edgevision.training.shipped import demo as journey

from edgevision.cli.main import cli

REPOSITORY = Path(__file__).resolve().parents[4]


def _demo(*arguments: object):
    return CliRunner().invoke(cli, ["demo", *map(str, arguments)])


def test_the_shipped_detector_watches_the_camera_and_is_judged():
    result = _demo("--frames", 60, "--fps", 0)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("detect    detector.tflite, ")
    assert "#0 " in lines[1]
    assert " of 5: " in lines[1]
    assert any(" of 300 true boxes found in 60 pictures" in line for line in lines)
    assert any("detections right (precision " in line for line in lines)
    assert any(line.split()[:1] == ["invoke"] for line in lines)


def test_json_is_one_object_whose_counts_agree():
    result = _demo("--frames", 120, "--fps", 0, "--json")
    seen = json.loads(result.stdout)["detection"]
    assert seen["n"] == seen["frames"] == 120
    assert seen["true"] == 600
    assert seen["recall"] == pytest.approx(seen["right"] / 600, abs=1e-6)
    assert seen["precision"] == pytest.approx(seen["right"] / seen["found"], abs=1e-6)
    assert seen["recall"] >= 0.8
    assert seen["precision"] >= 0.8


def test_the_seed_decides_the_pictures():
    seen = {
        seed: [
            _demo("--frames", 6, "--fps", 0, "--seed", seed).stdout.splitlines()[1:7]
            for _ in range(2)
        ]
        for seed in (1, 2)
    }
    assert seen[1][0] == seen[1][1]
    assert seen[1][0] != seen[2][0]


def test_it_runs_without_tensorflow_and_leaves_nothing(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    code = (
        "import sys\n"
        "sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        f"sys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from edgevision.cli.main import cli\n"
        "cli(['demo', '--frames', '3', '--fps', '0'], standalone_mode=False)\n"
        "assert sys.modules['tensorflow'] is None\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=here,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "true boxes found in 3 pictures" in done.stdout
    assert not list(here.iterdir())


def test_a_folder_gets_the_models_and_pictures_to_try(tmp_path):
    folder = tmp_path / "out"
    result = _demo("--frames", 3, "--fps", 0, "-o", folder)
    assert result.exit_code == 0, result.output
    assert (folder / "shapes.tflite").read_bytes() == CLASSIFIER.read_bytes()
    assert (folder / "detector.tflite").read_bytes() == DETECTOR.read_bytes()
    assert len(list((folder / "scenes" / "images" / "test").iterdir())) == 40
    assert len(list((folder / "scenes" / "labels" / "test").iterdir())) == 40
    assert sorted(p.name for p in (folder / "test").iterdir()) == list(SHAPES)
    assert len((folder / "results.jsonl").read_text().splitlines()) == 3
    assert f"edgevision run {folder / 'detector.tflite'}" in result.stdout
    again = _demo("--frames", 3, "--fps", 0, "-o", folder)
    assert again.exit_code == 1
    assert "already holds files. Pass --force" in again.stderr
    assert _demo("--frames", 3, "--fps", 0, "-o", folder, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("typed", "on_path", "expected"),
    [
        (".venv/bin/edgevision", None, ".venv/bin/edgevision run "),  # make demo
        (".venv/bin/edgevision", "/usr/bin/edgevision", "edgevision run "),
        ("/usr/bin/pytest", None, "edgevision run "),
    ],
)
def test_the_next_commands_can_be_typed(
    monkeypatch, tmp_path, typed, on_path, expected
):
    monkeypatch.setattr(sys, "argv", [typed])
    monkeypatch.setattr(shutil, "which", lambda name: on_path)
    result = _demo("--frames", 1, "--fps", 0, "-o", tmp_path / "out")
    assert any(line.strip().startswith(expected) for line in result.stdout.splitlines())


def test_a_small_machine_is_told_and_sees_the_shipped_detector(monkeypatch):
    machine = dataclasses.replace(detect.detect(), memory_bytes=1_900_000_000)
    monkeypatch.setattr(detect, "detect", lambda: machine)
    result = _demo("--train", "--frames", 3, "--fps", 0)
    assert result.exit_code == 0, result.output
    assert "need 4 GB of memory, and this machine has 1.9 GB" in result.stderr
    assert "true boxes found in 3 pictures" in result.stdout


def test_training_without_tensorflow_names_the_cure(monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "tensorflow" else find(name, *rest),
    )
    result = _demo("--train", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "pip install tensorflow, or leave out --train" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.tf
@pytest.mark.slow
def test_the_whole_journey_at_a_small_scale(monkeypatch, tmp_path):
    small = functools.partial(
        journey.DemoPlan,
        size=24,
        training_pictures=3000,
        held_out=120,
        calibration_pictures=60,
        test_pictures=120,
        difficulty=EASY,
    )
    monkeypatch.setattr(journey, "DemoPlan", small)
    folder = tmp_path / "out"
    result = _demo("--train", "-o", folder, "--frames", 30, "--fps", 0, "--json")
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert record["trained"]["held_out"] == 120
    assert record["conversion"]["verification"]["n"] == 120
    assert record["conversion"]["bytes"] == (folder / "shapes.tflite").stat().st_size
    assert record["run"]["n"] == record["detection"]["n"] == 30
    assert {path.name for path in folder.iterdir()} == {
        "calibration",
        "classes.jsonl",
        "detector.tflite",
        "report.html",
        "results.jsonl",
        "scenes",
        "shapes.keras",
        "shapes.tflite",
        "test",
    }
