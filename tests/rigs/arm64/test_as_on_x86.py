"""The device's code on arm64 answers as the same code did on x86-64.

``run.sh`` lets ``answers.py`` write the reference on the host with the same versions of
every package, and again inside the arm64 system.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.geometry.boxes import iou
from edgevision.runtime.interpreter.backends import installed_backends
from rigs.arm64.answers import ASKED

import edgevision

pytestmark = pytest.mark.arm64

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("EDGEVISION_ARM64", "."))
CONVERTED = FOLDER / "converted.tflite"
SHIPPED = REPOSITORY / "runtime" / "demo" / "shapes.tflite"
# int8 kernels round differently: 12 levels of 255 were seen on one of these models.
TOLERANCE = 16 / 255
# This head's scores have steps of 0.05 and more, and its boxes wander with them.
COARSE = {"yolov8n_416_full_integer_quant": 0.16}


class Answers:
    """What one machine answered: arrays by ``MODEL/PICTURE/FIELD``."""

    def __init__(self, path: Path) -> None:
        self.arrays = dict(np.load(path))

    def of(self, model: str) -> dict[str, dict[str, np.ndarray]]:
        """Return picture -> field -> array of one model."""
        found: dict[str, dict[str, np.ndarray]] = {}
        for key, array in self.arrays.items():
            name, picture, field = key.split("/")
            if name == model:
                found.setdefault(picture, {})[field] = array
        return found


@pytest.fixture(scope="module")
def x86():
    """Return what the host answered."""
    return Answers(FOLDER / "x86.npz")


@pytest.fixture(scope="module")
def here():
    """Return what this system answered."""
    return Answers(FOLDER / "arm64.npz")


def _pairs(x86, here, model):
    """Yield the fields of each picture, there and here."""
    there, now = x86.of(model), here.of(model)
    assert there.keys() == now.keys() == set(ASKED[model][0])
    for picture in there:
        assert there[picture].keys() == now[picture].keys()
        yield there[picture], now[picture]


def test_this_is_an_arm64_system_with_real_interpreters():
    assert platform.machine() == "aarch64"
    assert len(installed_backends()) == 1


@pytest.mark.parametrize("model", ASKED)
def test_the_model_s_input_is_the_same_within_one_level(model, x86, here):
    for there, now in _pairs(x86, here, model):
        expected, got = there["input"], now["input"]
        assert (expected.dtype, expected.shape) == (got.dtype, got.shape)
        # One level of a pixel, in the units of a float input of -1..1.
        level = 1 if expected.dtype.kind in "iu" else 1 / 127.5 + 1e-6
        off = np.abs(expected.astype(float) - got.astype(float))
        assert off.max() <= level
        if cv2.__version__.startswith("4."):
            # OpenCV 5 resizes with Arm's own library, OpenCV 4.11 as on x86-64.
            assert off.max() == 0


@pytest.mark.parametrize("model", list(ASKED)[:4])
def test_the_best_label_is_the_same_and_its_score_close(model, x86, here):
    for there, now in _pairs(x86, here, model):
        assert now["labels"][0] == there["labels"][0]
        scores = dict(zip(now["labels"], now["scores"], strict=True))
        for label, score in zip(there["labels"], there["scores"], strict=True):
            assert abs(scores.get(label, 0.0) - score) <= TOLERANCE, label


@pytest.mark.parametrize(
    "model",
    ["coco_ssd_mobilenet_v1_1.0_quant_metadata", "yolov8n_416_full_integer_quant"],
)
def test_the_same_things_are_found_in_the_same_places(model, x86, here):
    for there, now in _pairs(x86, here, model):
        tolerance = COARSE.get(model, TOLERANCE)
        floor = ASKED[model][1]["score_threshold"] + tolerance
        assert (there["scores"] >= floor).sum() >= 2  # there is something to compare
        # Each way: nothing sure is missing here, and nothing sure is new here.
        for first, second in ((there, now), (now, there)):
            overlap = iou(first["boxes"], second["boxes"])
            for index in np.flatnonzero(first["scores"] >= floor):
                same = second["labels"] == first["labels"][index]
                best = int(np.argmax(overlap[index] * same))
                assert same[best]
                # The smallest is a kite of 18 pixels, and one step is one pixel.
                assert overlap[index, best] >= 0.75
                off = abs(first["scores"][index] - second["scores"][best])
                assert off <= tolerance


def test_a_mask_is_the_same_but_for_some_pixels_of_its_edges(x86, here):
    for there, now in _pairs(x86, here, "deeplabv3_mnv2_dm05_pascal_quant"):
        assert set(now["labels"]) == set(there["labels"])
        assert (there["mask"] == now["mask"]).mean() >= 0.99
        assert len(np.unique(there["mask"])) > 1


def test_a_person_s_points_are_the_same(x86, here):
    for there, now in _pairs(x86, here, "movenet_single_pose_lightning_ptq"):
        sure = there["keypoint_scores"] > 0.3
        assert sure.sum() >= 10
        extent = np.ptp(there["keypoints"][sure], axis=0).max()
        off = np.linalg.norm(there["keypoints"] - now["keypoints"], axis=-1)
        assert off[sure].max() <= 0.05 * extent
        # A step of these scores is 0.07.
        off = np.abs(there["keypoint_scores"] - now["keypoint_scores"])
        assert np.median(off) <= 0.15


def test_an_embedding_points_the_same_way(x86, here):
    model = "mobilenet_v1_1.0_224_quant_embedding_extractor"
    for there, now in _pairs(x86, here, model):
        assert float(there["embedding"] @ now["embedding"]) >= 0.99


def test_a_model_that_the_host_converted_answers_as_there(x86, here):
    there = x86.of("converted")["test"]
    now = here.of("converted")["test"]
    assert len(there["labels"]) == 40
    same = there["labels"] == now["labels"]
    # A picture between two classes may fall to the other side.
    assert same.mean() >= 0.95
    assert np.median(np.abs(there["scores"] - now["scores"])) <= TOLERANCE / 4


@pytest.mark.parametrize("model", [SHIPPED, CONVERTED], ids=["shipped", "converted"])
def test_the_golden_check_that_the_host_made_passes(model):
    done = _edgevision("inspect", str(model), "--check", "--json")
    assert done.returncode == 0, done.stderr
    check = json.loads(done.stdout)["check"]
    assert check["passed"] is True, check


def test_a_run_over_pictures_writes_its_files(shared, tmp_path):
    model = shared / "models" / "coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    done = _edgevision(
        *("run", str(model), "--source", str(shared / "images" / "cats_and_dogs.jpg")),
        *("--score-threshold", "0.5", "--sink", f"jsonl:{tmp_path}/a.jsonl"),
        *("--sink", f"csv:{tmp_path}/a.csv", "--sink", f"images:{tmp_path}/seen"),
    )
    assert done.returncode == 0, done.stderr
    (record,) = map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines())
    found = {box["label"] for box in record["detections"]}
    assert found >= {"cat", "dog"}
    with (tmp_path / "a.csv").open(newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} == found
    (drawn,) = (tmp_path / "seen").glob("*.jpg")
    assert cv2.imread(str(drawn)).shape == (record["height"], record["width"], 3)
    # What an interpreter does to the processor is no business of the user's terminal.
    assert "Warning" not in done.stderr


def test_the_demo_runs_and_its_classifier_is_right():
    done = _edgevision("demo", "--json")
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    assert json.loads(done.stdout)


def test_doctor_finds_nothing_broken():
    done = _edgevision("doctor", "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 0, data["findings"]
    assert data["machine"]["cpu"]["machine"] == "aarch64"


def test_loading_a_model_leaves_the_program_s_arithmetic_alone():
    # tflite-runtime's arm64 wheel switches subnormal numbers off where it is loaded.
    with edgevision.load_model(str(SHIPPED)):
        tiny = np.array([1e-40], np.float32)
        assert (tiny * np.float32(1.0))[0] > 0.0


def _edgevision(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgevision", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=REPOSITORY,
    )
