"""Models opened for a benchmark: settings, pictures, and what is timed."""

from __future__ import annotations

import hashlib
from contextlib import closing

import cv2
import numpy as np
import pytest
from edgevision.runtime.benchmark import opened_model
from edgevision.runtime.benchmark.opened_model import (
    RunSettings,
    open_for_measuring,
    read_pictures,
    settings_for,
)
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening.gate import admission, verdicts
from support.color_model import color_model

from edgevision.errors import ModelError, SourceError

needs_interpreter = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def folder(tmp_path):
    model = color_model("int8", zero_point=-128, end="softmax")
    (tmp_path / "net.tflite").write_bytes(model)
    for number in range(40):
        image = np.full((6, 8, 3), number, np.uint8)
        cv2.imwrite(str(tmp_path / f"{number:02}.png"), image)
    return tmp_path


def test_settings_are_all_combinations(folder):
    path = folder / "net.tflite"
    settings = settings_for([path], threads=(1, "auto"), delegates=("xnnpack", "none"))
    assert [(item.threads, item.delegate) for item in settings] == [
        (1, "xnnpack"),
        ("auto", "xnnpack"),
        (1, "none"),
        ("auto", "none"),
    ]


def test_the_first_32_pictures_are_read_with_their_times(folder):
    pictures = read_pictures(str(folder / "*.png"))
    assert len(pictures.frames) == len(pictures.capture_ms) == 32
    assert [int(frame.image[0, 0, 0]) for frame in pictures.frames] == list(range(32))


def test_an_empty_source_is_one_sentence(tmp_path):
    with pytest.raises(SourceError):
        read_pictures(str(tmp_path / "nothing" / "*.png"))


@needs_interpreter
def test_all_stages_and_the_bare_invoke_are_timed(folder):
    pictures = read_pictures(str(folder / "*.png"))
    settings = RunSettings(folder / "net.tflite", threads=1)
    options = {"normalize": "raw"}
    with closing(open_for_measuring(settings, pictures, options)) as opened:
        whole, bare = opened.workloads
        assert (whole.stage, bare.stage) == ("model", "bare")
        times = whole.once()
        parts = times["prepare"] + times["invoke"] + times["decode"]
        assert times["model"] == pytest.approx(parts)
        assert list(bare.once()) == ["bare"]
        assert opened.startup["first_ms"] > 0


@needs_interpreter
def test_without_pictures_only_the_interpreter_is_timed(folder):
    settings = RunSettings(folder / "net.tflite")
    with closing(open_for_measuring(settings, None, {})) as opened:
        assert opened.model is None
        assert [workload.stage for workload in opened.workloads] == ["bare"]


def test_a_missing_model_is_one_sentence(folder):
    with pytest.raises(ModelError, match="absent"):
        open_for_measuring(RunSettings(folder / "absent.tflite"), None, {})


@needs_interpreter
@pytest.mark.parametrize("bare", [True, False])
def test_what_is_measured_is_what_passed_the_gate(folder, monkeypatch, bare):
    path = folder / "net.tflite"
    step = "admitted" if bare else "open_model"
    real = getattr(opened_model, step)

    def look_and_swap(*arguments, **options):
        answer = real(*arguments, **options)
        path.write_bytes(b"another file by now")
        return answer

    monkeypatch.setattr(opened_model, step, look_and_swap)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    pictures = None if bare else read_pictures(str(folder / "00.png"))
    (settings,) = settings_for([path])
    with closing(open_for_measuring(settings, pictures, {})) as opened:
        assert opened.file.sha256 == opened.interpreter.content.sha256 == before


@needs_interpreter
def test_a_bare_measurement_passes_the_gate_too(folder, monkeypatch):
    """It loads the file as any other opening does."""
    tried = []
    real = admission.try_in_child

    def noted(model, **options):
        tried.append(model.name)
        return real(model, **options)

    monkeypatch.setattr(verdicts, "_admitted", set())
    monkeypatch.setattr(admission, "try_in_child", noted)
    (settings,) = settings_for([folder / "net.tflite"])
    open_for_measuring(settings, None, {}).close()
    assert tried == ["net.tflite"]
