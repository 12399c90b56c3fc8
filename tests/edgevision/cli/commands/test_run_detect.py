"""``edgevision run`` with a detector: boxes, tiles, options, drawn pictures."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner, Result
from support.tiny_models import tiny_classifier

from edgevision.cli.main import cli

SSD = "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["run", *map(str, arguments)])


def test_boxes_are_printed_recorded_and_drawn(shared: Path, tmp_path: Path) -> None:
    picture = shared / "images/cats_and_dogs.jpg"
    done = run(
        *(shared / SSD, "--source", picture, "--score-threshold", "0.45", "--json"),
        *("--sink", f"jsonl:{tmp_path / 'out.jsonl'}"),
        *("--sink", f"images:{tmp_path / 'seen'}"),
    )
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    labels = [item["label"] for item in record["detections"]]
    assert labels == ["cat", "cat", "cat", "dog"]
    assert json.loads(done.stdout.splitlines()[0])["detections"]
    drawn = [p for p in (tmp_path / "seen").rglob("*") if p.is_file()]
    image = cv2.imread(str(drawn[0]))
    assert image.shape == cv2.imread(str(picture)).shape


def test_tracked_objects_have_numbers_in_every_record(
    shared: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(4):
        shutil.copy(shared / "images/cats_and_dogs.jpg", folder / f"{number}.jpg")
    done = run(
        *(shared / SSD, "--source", folder, "--score-threshold", "0.45", "--track"),
        *("--sink", f"jsonl:{tmp_path / 'out.jsonl'}"),
        *("--sink", f"csv:{tmp_path / 'out.csv'}"),
    )
    assert done.exit_code == 0, done.output
    last = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[-1])
    ids = [item["track_id"] for item in last["detections"]]
    # The poorest gets its number only after two seconds.
    numbers = [one for one in ids if one is not None]
    assert sorted(numbers) == [1, 2, 3, 4][: len(numbers)]
    assert len(numbers) >= 2
    assert [track["track_id"] for track in last["tracks"]] == sorted(numbers)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["track_id"] for row in rows[:4]] == [""] * 4
    assert [row["track_id"] for row in rows[-4:]] == [
        "" if one is None else str(one) for one in ids
    ]
    assert f"{last['detections'][0]['label']} #{ids[0]} " in done.stdout
    assert "\ntrack " in done.output


def test_a_model_without_boxes_cannot_be_tracked(tmp_path: Path) -> None:
    (tmp_path / "net.tflite").write_bytes(tiny_classifier())
    done = run(
        *(tmp_path / "net.tflite", "--source", "synthetic:", "--track"),
        *("--max-frames", "2"),
    )
    assert done.exit_code == 1
    assert "Tracking needs the boxes of objects" in done.output


def test_tiles_and_deny_lists(shared: Path) -> None:
    done = run(
        *(shared / SSD, "--source", shared / "images/kite_and_cold.jpg", "--json"),
        *("--tiles", "2x2:0.25", "--deny", "person"),
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout.splitlines()[0])["detections"]
    assert found
    assert {item["label"] for item in found}.isdisjoint({"person"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tiles", "two"], "tiles must be COLUMNSxROWS"),
        (["--option", "roles"], "is not NAME=VALUE, like head=yolov8"),
        (["--option", "head=yolov8"], "No option of decoder 'ssd-op' 'head'"),
        (["--allow", "unicorn"], "No label 'unicorn'"),
    ],
)
def test_wrong_options_are_wrong_usage(
    shared: Path, arguments: list[str], sentence: str
) -> None:
    picture = shared / "images/cats_and_dogs.jpg"
    done = run(shared / SSD, "--source", picture, *arguments)
    assert done.exit_code == 2, done.output
    assert sentence in done.output


def test_only_detectors_look_at_tiles(shared: Path) -> None:
    model = shared / "models/mobilenet_v2_1.0_224_quant.tflite"
    picture = shared / "images/burger.jpg"
    done = run(model, "--source", picture, "--tiles", "2x2")
    assert done.exit_code == 1
    assert "Only a detector can look at tiles" in done.output
