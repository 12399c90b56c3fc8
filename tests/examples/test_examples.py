"""The example apps, run on files and the synthetic camera."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.demo import CLASSIFIER
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.pipeline.stream import open_stream
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.scenes import SHAPES
from edgevision.runtime.scenes.still import render_crop
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.timing import Timing
from support.streams import classes

import edgevision

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _example(name):
    spec = importlib.util.spec_from_file_location(
        f"example_{name}", EXAMPLES / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


class TruthModel:
    """A detector that finds what a synthetic frame says is in it."""

    def __init__(self, settings, source=None):
        self.allow = settings.get("allow")
        self.source = source

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def run(self, frame):
        """Return the frame's truth, as far as it is allowed."""
        truth = frame.details
        chosen = [i for i, t in enumerate(truth["labels"]) if t in self.allow]
        labels = tuple(truth["labels"][i] for i in chosen)
        found = Detections(
            np.asarray(truth["boxes"], np.float32).reshape(-1, 4)[chosen],
            np.ones(len(chosen), np.float32),
            np.zeros(len(chosen), np.int64),
            labels,
        )
        return found, Timing(invoke_ms=1.0)

    def stream(self, source, **settings):
        """Open a stream as a model does."""
        return open_stream(self, self.source or source, **settings)


class LevelModel(TruthModel):
    """A classifier of how bright a picture is."""

    def run(self, frame):
        """Return class 0 for dark and 1 for bright, less sure in between."""
        level = float(frame.image.mean()) / 255
        best = int(level > 0.5)
        return classes((best, max(level, 1 - level))), Timing(invoke_ms=1.0)


@pytest.fixture
def truth(monkeypatch):
    def use(kind, **more):
        monkeypatch.setattr(
            edgevision, "load_model", lambda path, **s: kind(s, **more), raising=False
        )

    return use


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.stem)
def test_an_example_is_short_and_tested(path):
    assert len(path.read_text().splitlines()) <= 60
    here = Path(__file__)
    has_own_file = here.with_name(f"test_{path.stem}.py").is_file()
    assert has_own_file or f'_example("{path.stem}")' in here.read_text()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.stem)
def test_ctrl_c_is_the_normal_end_of_an_example_that_watches(path):
    text = path.read_text()
    assert (".stream(" in text) == ("suppress(KeyboardInterrupt)" in text)


def test_parts_are_sorted_and_the_doubtful_ones_lie_apart(truth, tmp_path):
    truth(LevelModel)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for number, level in enumerate((0, 250, 10, 140)):
        image = np.full((8, 8, 3), level, np.uint8)
        cv2.imwrite(str(incoming / f"{number}.png"), image)
    arguments = ["m.tflite", str(incoming), "--folder", str(tmp_path / "sorted")]
    counts = _example("parts_classifier").main(arguments)
    assert counts == {"class 0": 2, "class 1": 1, "unsure": 1}
    (unsure,) = (tmp_path / "sorted" / "unsure").iterdir()
    assert unsure.read_bytes() == (incoming / "3.png").read_bytes()


def test_the_time_lapse_holds_only_frames_with_animals(truth, tmp_path):
    truth(TruthModel)
    video = tmp_path / "night.mkv"
    source = "synthetic:?fps=0&frames=30&size=64x48&shapes=1&period=0.2"
    kept = _example("animal_time_lapse").main(
        ["m.tflite", source, str(video), "--animals", "circle,star", "--every", "0.001"]
    )
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    count = 0
    while capture.read()[0]:
        count += 1
    assert count == kept
    assert 0 < kept < 30


def test_the_latency_logger_writes_a_line_per_period(truth, tmp_path):
    truth(LevelModel)
    log = tmp_path / "latency.jsonl"
    source = "synthetic:?fps=100&frames=40&size=32x32"
    _example("latency_logger").main(["m.tflite", source, str(log), "--every", "0.1"])
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert 1 <= len(lines) <= 4
    assert lines[0]["stages"]["invoke"]["mean_ms"] == 1.0
    assert set(lines[0]) >= {"time", "throughput", "dropped", "health"}
    assert "temperature_c" in lines[0]["health"]


def test_pictures_are_shown_hidden_or_left_to_a_person(tmp_path, monkeypatch):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    rng = np.random.default_rng(3)
    for name in ("star", "circle"):
        crop = render_crop(rng, SHAPES.index(name), 64)
        cv2.imwrite(str(incoming / f"{name}.png"), crop)
    cv2.imwrite(str(incoming / "blank.png"), np.full((64, 64, 3), 90, np.uint8))
    (incoming / "damaged.jpg").write_bytes(b"no picture")
    (incoming / "notes.txt").write_text("not a picture")
    monkeypatch.chdir(tmp_path)
    moderation = _example("picture_moderation")
    arguments = [str(CLASSIFIER), "incoming", "--hide", "star,cross"]
    assert moderation.main(arguments) == {"show": 1, "hide": 1, "person": 2}
    rows = (tmp_path / "decisions.csv").read_text().splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [
        ["blank.png", "person"],
        ["circle.png", "show"],
        ["damaged.jpg", "person"],
        ["star.png", "hide"],
    ]
    with pytest.raises(ValueError, match="guns"):
        moderation.main([*arguments[:3], "guns"])


def test_a_reading_that_is_not_sure_is_referred_to_a_person(tmp_path):
    reading = _example("doubtful_reading")
    path = str(tmp_path / "picture.png")
    rng = np.random.default_rng(3)
    clear = render_crop(rng, SHAPES.index("heart"), 64)
    cv2.imwrite(path, clear)
    answer = reading.main([str(CLASSIFIER), path])
    assert answer["answer"] == answer["most_likely"] == "heart"
    assert answer["score"] > 0.9
    assert answer["spread"] < 0.1
    assert sum(answer["scores"].values()) == pytest.approx(1, abs=0.05)
    # Between a heart and an empty picture there is a moment of doubt.
    doubts = []
    for share in np.linspace(0, 1, 9):
        empty = np.full_like(clear, clear[0, 0])
        cv2.imwrite(path, cv2.addWeighted(empty, float(share), clear, 1 - share, 0))
        answer = reading.main([str(CLASSIFIER), path])
        doubts.append((answer["answer"] == "refer", answer["spread"]))
    assert not doubts[0][0]
    assert doubts[-1][0]
    assert max(spread for _, spread in doubts) > 0.1
    with pytest.raises(SystemExit):
        reading.main([str(CLASSIFIER), str(tmp_path / "none.png")])


def test_a_decoder_of_ones_own_is_unsure_where_two_classes_are_close(tmp_path, capsys):
    example = _example("own_decoder")
    labels = ("cat", "dog", "bird")
    tensor = TensorSpec("scores", 0, (1, 3), np.dtype(np.int8), 0.01, 0)
    decoder = example.Margin([tensor], labels=labels, model_size=(8, 8), least=0.2)
    box = Letterbox.fit((8, 8), (8, 8))
    clear = decoder.decode([np.asarray([[70, 20, 10]], np.int8)], box)
    assert clear.label == "cat"
    assert clear.to_dict() == {"label": "cat", "margin": pytest.approx(0.5)}
    close = decoder.decode([np.asarray([[10, 40, 50]], np.int8)], box)
    assert (close.label, close.margin) == ("unsure", pytest.approx(0.1))

    shapes = Path(edgevision.runtime.__file__).parent / "demo" / "shapes.tflite"
    plain = str(tmp_path / "plain.png")
    cv2.imwrite(plain, np.full((64, 64, 3), 90, np.uint8))
    assert example.main([str(shapes), plain, "--least", "1.01"]) == 1
    assert "plain.png: unsure (" in capsys.readouterr().out
    assert example.main([str(shapes), plain, plain, "--least", "0"]) == 0
