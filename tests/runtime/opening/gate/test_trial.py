"""A trial gets the bytes that were checked, and little else."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys

import pytest
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening.gate import trial
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    return path


def executable(folder, text):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize("text", ["inf", "nan", "-1", "0", "soon"])
def test_a_time_limit_that_is_none_is_not_used(model, monkeypatch, text):
    monkeypatch.setenv("EDGEVISION_GATE_SECONDS", text)
    assert trial.try_in_child(ModelFile.open(model)).ok


def test_a_trial_that_uses_up_its_processor_time_is_no_crash(model):
    verdict = trial._read(ModelFile.open(model), -signal.SIGXCPU, b"", b"")
    assert (verdict.ok, verdict.stage) == (False, "time")
    assert "processor time" in verdict.words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-signal.SIGABRT, b"terminate called after throwing 'std::bad_alloc'\n"),
        (1, b"Traceback (most recent call last):\n  ...\nMemoryError\n"),
    ],
)
def test_a_trial_without_memory_is_no_crash(model, code, words):
    verdict = trial._read(ModelFile.open(model), code, b"", words)
    assert (verdict.ok, verdict.stage) == (False, "memory")
    assert "more memory than this device has free" in verdict.words


def test_what_is_tried_is_what_was_checked_and_not_what_lies_there_now(model):
    file = ModelFile.open(model)
    model.write_bytes(b"another file by now")
    assert trial.try_in_child(file).ok
    model.unlink()
    assert trial.try_in_child(file).ok


def test_a_model_in_memory_can_be_tried():
    assert trial.try_in_child(ModelFile.from_bytes(tiny_classifier())).ok


def test_the_child_gets_no_secrets(model, tmp_path, monkeypatch):
    monkeypatch.setenv("CAMERA_PASSWORD", "hunter2")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/backend/lib")
    seen = tmp_path / "seen"
    monkeypatch.setattr(sys, "executable", executable(tmp_path, f"env > {seen}"))
    trial.try_in_child(ModelFile.open(model))
    words = seen.read_text()
    assert "CAMERA_PASSWORD" not in words
    assert "PYTHONSTARTUP" not in words
    assert "LD_LIBRARY_PATH=/opt/backend/lib" in words
    # A driver has variables of its maker; those of Python stay out all the same.
    trial.try_in_child(ModelFile.open(model), delegate="/lib/vx.so")
    words = seen.read_text()
    assert "CAMERA_PASSWORD" in words
    assert "PYTHONSTARTUP" not in words


def test_nothing_beside_the_model_or_in_the_current_folder_runs(model, monkeypatch):
    for name in ("json.py", "numpy.py", "sitecustomize.py"):
        (model.parent / name).write_text("import os\nos._exit(77)\n")
    monkeypatch.chdir(model.parent)
    monkeypatch.setenv("PYTHONPATH", str(model.parent))
    assert trial.try_in_child(ModelFile.open(model)).ok


def test_the_input_of_the_child_is_open_until_it_ends(model, tmp_path, monkeypatch):
    """Its end is how a child notices that nobody waits for it."""
    report = json.dumps({"ok": True})
    script = f"timeout 1 cat; test $? = 124 && echo '{report}'"
    monkeypatch.setattr(sys, "executable", executable(tmp_path, script))
    before = len(os.listdir("/proc/self/fd"))
    assert trial.try_in_child(ModelFile.open(model)).ok
    assert len(os.listdir("/proc/self/fd")) == before
