"""The example apps of one file, each on a made video whose events are known."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.scenes import SHAPES
from support.shape_clip import Walk, write_clip

import edgevision

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# The shapes of the detector that EdgeVision brings, as what a camera would see.
NAMES = {
    "circle": "car",
    "cross": "bus",
    "heart": "bicycle",
    "square": "truck",
    "star": "person",
    "triangle": "bottle",
}
SHAPE_OF = {name: shape for shape, name in NAMES.items()}

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


def walk(name: str, *stops: tuple[float, float, float]) -> Walk:
    """Return a shape that stands for a person, a car ..., on its way."""
    return Walk(SHAPE_OF[name], stops)


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Return a function that runs an example over walks and returns its reports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROAD_PASSWORD", "pa55word")
    monkeypatch.setattr("edgevision.redaction._secrets", {})
    shutil.copy(DETECTOR, tmp_path / "detector.tflite")
    (tmp_path / "labels.txt").write_text("\n".join(NAMES[shape] for shape in SHAPES))

    def run(example: str, walks: list[Walk], seconds: float):
        text = (EXAMPLES / f"{example}.toml").read_text("utf-8")
        text = text.replace("[model]\n", '[model]\nlabels = "labels.txt"\n')
        text = text.replace('"web:8080"', '"web:0"')
        (tmp_path / "app.toml").write_text(text)
        write_clip(tmp_path / "clip.avi", walks, seconds)
        described = edgevision.load_app("app.toml")
        (camera,) = described.description.camera
        with edgevision.load_app("app.toml", sources={camera: "clip.avi"}) as app:
            events = list(app)
            reports = [one for _, event in events for one in event.rule_events]
            reports += app.running.last_reports
            assert set(app.running.lost.values()) <= {0}
        return reports

    return run


def counts(reports, phase: str = "start") -> Counter:
    """Return how often each rule reported a phase."""
    return Counter(one.rule for one in reports if one.phase == phase)


def test_every_example_is_played():
    text = Path(__file__).read_text()
    for path in EXAMPLES.glob("*.toml"):
        assert f'"{path.stem}",' in text


def test_the_door_alert_reports_who_stays_and_keeps_a_clip(play, tmp_path):
    reports = play(
        "door_alert",
        [
            walk("person", (2, 0.2, 0.5), (6, 0.8, 0.5)),
            walk("bottle", (1, 0.5, 0.2), (9, 0.5, 0.2)),
            walk("person", (14, 0.2, 0.5), (19, 0.8, 0.5)),  # within the minute
        ],
        22,
    )
    assert counts(reports) == counts(reports, "end") == {"visitor": 1}
    (record,) = (tmp_path / "alerts").glob("*.json")
    assert json.loads(record.read_text())["id"] == reports[0].id
    assert len(list((tmp_path / "alerts").glob(f"{record.stem}.m*"))) == 1


def test_the_entrance_counts_both_directions_and_a_crowd(play, tmp_path):
    down = [(0.0, 0.2), (6.0, 0.85)]
    reports = play(
        "entrance",
        [
            # Three come in and stay together for a while, then one leaves.
            *(
                walk(
                    "person",
                    *((at + t, x, y) for t, y in down),
                    *([(20, x, 0.85), (25, x, 0.15)] if x == 0.2 else [(22, x, 0.85)]),
                )
                for at, x in ((1, 0.2), (2, 0.5), (3, 0.8))
            ),
        ],
        28,
    )
    assert counts(reports) == {"in": 3, "out": 1, "full": 1}
    lines = (tmp_path / "entrance.jsonl").read_text().splitlines()
    assert len(lines) == len(reports)


def test_traffic_is_counted_by_lane_and_the_wrong_way_is_reported(play):
    reports = play(
        "traffic_counting",
        [
            # Near lane, to the left: a car and a bus. Far lane, to the right: a truck.
            walk("car", (1, 1.1, 0.75), (5, -0.1, 0.75)),
            walk("bus", (6, 1.1, 0.75), (10, -0.1, 0.75)),
            walk("truck", (3, -0.1, 0.3), (8, 1.1, 0.3)),
            # A car on the near lane, to the right; a bicycle may do that.
            walk("car", (12, -0.1, 0.75), (16, 1.1, 0.75)),
            walk("bicycle", (17, -0.1, 0.75), (21, 1.1, 0.75)),
        ],
        23,
    )
    found = counts(reports)
    assert found == {"to_town": 2, "from_town": 1, "wrong_way": 1}
    labels = {one.label for one in reports if one.rule == "to_town"}
    assert labels == {"car", "bus"}


def test_a_jam_is_one_event(play):
    reports = play(
        "traffic_counting",
        [
            walk("car", (1, 0.4, 0.75), (14, 0.42, 0.75)),
            walk("bus", (1, 0.62, 0.75), (14, 0.6, 0.75)),
            walk("truck", (3, 0.6, 0.3), (14, 0.62, 0.3)),
        ],
        18,
    )
    assert counts(reports) == counts(reports, "end") == {"jam": 1}


def test_the_shelf_reports_interest_and_that_it_is_nearly_empty(play, tmp_path):
    reports = play(
        "shelf",
        [
            walk("bottle", (0, 0.2, 0.25), (30, 0.2, 0.25)),
            walk("bottle", (0, 0.5, 0.25), (10, 0.5, 0.25)),  # somebody takes it
            walk("person", (3, 0.5, 0.7), (12, 0.6, 0.7)),
            walk("person", (16, 0.1, 0.7), (18, 0.9, 0.7)),  # only passes
        ],
        26,
    )
    assert counts(reports) == {"interested": 1, "nearly_empty": 1}
    begins = {one.rule: one.time_s for one in reports if one.phase == "start"}
    assert 7 <= begins["interested"] <= 9
    assert begins["nearly_empty"] > 14
    # In every picture that was kept the person is black where she stood.
    kept = sorted((tmp_path / "pictures").glob("*.jpg"))
    assert kept
    for path in kept:
        floor = cv2.imread(str(path))[150:190]
        assert not np.any(floor > 180)
