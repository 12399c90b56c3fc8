"""No file gets to an interpreter of this process before it ran in another one."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import sys

import pytest
from edgevision.runtime.opening.gate import admission as gate
from edgevision.runtime.opening.gate import verdicts
from edgevision.runtime.tflite.model_file import ModelFile
from edgevision.runtime.tflite.validation import check_model
from support.tiny_models import tiny_classifier

from edgevision.errors import ModelError

pytest.importorskip("numpy")


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(verdicts, "_admitted", set())


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    return path


def never(*_arguments, **_options):
    raise AssertionError("a child was started")


def executable(folder, text):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_good_file_is_tried_once_and_then_remembered(model, monkeypatch):
    assert gate.admit(model).inputs[0].name == "image"
    monkeypatch.setattr(gate, "try_in_child", never)
    gate.admit(model)
    # Another process finds the verdict in the cache folder.
    monkeypatch.setattr(verdicts, "_admitted", set())
    gate.admit(model)
    model.write_bytes(tiny_classifier(zero_point=1))
    with pytest.raises(AssertionError, match="a child was started"):
        gate.admit(model)


def test_a_file_that_this_process_wrote_is_remembered_at_once(model, monkeypatch):
    monkeypatch.setattr(gate, "try_in_child", never)
    gate.remember(model)
    gate.admit(model)


def test_trust_skips_the_child_but_not_the_check(model, monkeypatch):
    monkeypatch.setattr(gate, "try_in_child", never)
    gate.admit(model, trust=True)
    model.write_bytes(model.read_bytes()[:300])
    with pytest.raises(ModelError, match="is damaged"):
        gate.admit(model, trust=True)


def test_what_the_interpreter_refuses_is_its_sentence(shared):
    path = shared / "models/invalid_custom_op.tflite"
    check_model(ModelFile.open(path))
    with pytest.raises(ModelError, match="needs the custom op 'fake-op-double'"):
        gate.admit(path)


def test_a_crash_of_the_child_is_a_sentence(model, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", executable(tmp_path, "kill -SEGV $$"))
    with pytest.raises(ModelError, match=r"crashes the interpreter \(signal 11: SIGSE"):
        gate.admit(model)


def test_a_child_that_hangs_is_stopped(model, tmp_path, monkeypatch):
    monkeypatch.setenv("EDGEVISION_GATE_SECONDS", "0.2")
    monkeypatch.setattr(sys, "executable", executable(tmp_path, "exec sleep 30"))
    with pytest.raises(ModelError, match=r"did not run once within 0\.2 s"):
        gate.admit(model)


def test_a_system_without_child_processes_says_so(model, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(ModelError, match="Cannot try .* in a child process first"):
        gate.admit(model)
    monkeypatch.setattr(sys, "executable", executable(tmp_path, "echo no >&2; exit 4"))
    with pytest.raises(ModelError, match="ended with code 4: no. Pass --trust"):
        gate.admit(model)
    gate.admit(model, trust=True)


def test_a_checksum_file_beside_the_model_counts(model):
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    sums = model.parent / "SHA256SUMS"
    sums.write_text(f"{'0' * 64}  other.tflite\n{digest} *net.tflite\n")
    assert gate.check_hash(ModelFile.open(model)) == "SHA256SUMS"
    sums.write_text(f"{'0' * 64}  net.tflite\n")
    with pytest.raises(ModelError, match="is not the file that SHA256SUMS names"):
        gate.admit(model)
    sums.unlink()
    (model.parent / "net.tflite.sha256").write_text(digest)
    assert gate.check_hash(ModelFile.open(model)) == "net.tflite.sha256"


def test_a_cache_that_cannot_be_written_costs_a_child_and_nothing_else(
    model, monkeypatch, tmp_path
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    gate.admit(model)
    monkeypatch.setattr(gate, "try_in_child", never)
    gate.admit(model)


def test_a_file_that_repeats_itself_without_end_is_refused_soon():
    data = bytearray(tiny_classifier(buffers=[bytes(400_000)]))
    # Every entry of the long "list of operations" is the same table.
    model = ModelFile.from_bytes(bytes(data))
    graph = model.root.tables(2)[0]
    operations = graph.at(3, 4)
    table = graph.tables(3)[0].position
    vector = data.index(bytes(1000)) & ~3
    count = 90_000
    struct.pack_into("<I", data, vector, count)
    struct.pack_into("<I", data, operations, vector - operations)
    for i in range(count):
        at = vector + 4 + 4 * i
        struct.pack_into("<I", data, at, (table - at) % 2**32)
    with pytest.raises(ModelError, match="is damaged"):
        check_model(ModelFile.from_bytes(bytes(data)))


def test_home_less_processes_still_open_models(model, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(model.parent / "home"))
    gate.admit(model)
    assert os.listdir(model.parent / "home/.cache/edgevision/admitted")


def test_a_checksum_counts_also_for_a_file_that_was_let_in_before(model):
    gate.remember(model)
    sums = model.parent / "net.tflite.sha256"
    sums.write_text("0" * 64)
    with pytest.raises(ModelError, match="is not the file that net.tflite.sha256"):
        gate.admit(model)
    sums.unlink()
    os.mkfifo(sums)
    assert gate.admit(model).name == "net.tflite"


def test_nobody_else_can_write_verdicts(model, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = os.umask(0)
    try:
        gate.remember(model)
    finally:
        os.umask(before)
    folder = tmp_path / "cache/edgevision/admitted"
    for path in (folder, *folder.iterdir()):
        assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
