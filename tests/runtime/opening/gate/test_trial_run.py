"""A model is loaded and run once, and the child says what happened."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from edgevision.runtime.interpreter import Interpreter
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening.gate import trial_run
from support.tiny_models import tiny_classifier

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    return str(path)


def test_a_good_model_runs(file):
    report = trial_run.probe(file, None, measure=True)
    assert (report["ok"], report["stage"], report["words"]) == (True, "", "")
    assert report["backend"].startswith(installed_backends()[0])
    # 4 x 4 x 3 bytes go in, as many come out.
    assert report["arena"] is None or report["arena"] >= 48
    assert trial_run.probe(file, None)["arena"] is None


def test_a_model_that_does_not_load_says_why(tmp_path):
    path = tmp_path / "bad.tflite"
    path.write_bytes(b"nothing at all")
    report = trial_run.probe(str(path), None)
    assert (report["ok"], report["stage"]) == (False, "load")
    assert "bad.tflite" in report["words"]


def test_the_child_prints_one_json_object(file, capsys, monkeypatch):
    # It limits its own memory, which a test must not do to itself.
    for name in ("limit_this_process", "limit_memory"):
        monkeypatch.setattr(f"edgevision.runtime.process.{name}", lambda *_, **__: None)
    wanted = {"model": "net.tflite", "backend": None, "delegate": None}
    with open(file, "rb") as bytes_of_model:
        wanted["descriptor"] = os.dup(bytes_of_model.fileno())
    trial_run.main(["1", "60", json.dumps(wanted)])
    assert json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.parametrize(
    ("spans", "largest"),
    [
        ([], None),
        ([(100, 200)], 100),
        ([(100, 200), (150, 400)], 300),
        # What lies megabytes away was allocated on its own.
        ([(100, 200), (2**30, 2**30 + 50)], 100),
    ],
)
def test_the_arena_is_the_largest_block(spans, largest):
    assert trial_run._largest_block(spans) == largest


def test_what_xnnpack_alone_runs_has_no_arena_and_is_no_failure(shared):
    file = shared / "tflite-foreign/mp_selfie_segmentation.tflite"
    report = trial_run.probe(str(file), None, measure=True)
    if report["ok"]:
        assert report["arena"] is None
    else:  # tflite-runtime 2.14
        assert "Convolution2DTransposeBias" in report["words"]


def test_a_trial_runs_on_zeros_and_not_on_what_the_memory_held(file, monkeypatch):
    seen = []
    invoke = Interpreter.invoke

    def look(interpreter):
        seen.append(interpreter.input().tolist())
        invoke(interpreter)

    def dirty(self, *arguments, **settings):
        start(self, *arguments, **settings)
        self.input()[...] = 77

    start = Interpreter.__init__
    monkeypatch.setattr(Interpreter, "__init__", dirty)
    monkeypatch.setattr(Interpreter, "invoke", look)
    assert trial_run.probe(file, None)["ok"]
    assert np.asarray(seen).any() == np.False_
