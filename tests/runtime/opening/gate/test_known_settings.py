"""A file that was opened before is run as it was then, and only that file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening import open_file
from edgevision.runtime.opening.gate import known_settings, verdicts
from edgevision.runtime.opening.gate.known_settings import keep_settings, recall
from support.tiny_models import tiny_classifier

import edgevision
from edgevision.errors import ModelError

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture(autouse=True)
def _nothing_admitted(monkeypatch):
    monkeypatch.setattr(verdicts, "_admitted", set())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    return path


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Return the cache of a user who has opened the file."""
    folder = tmp_path_factory.mktemp("opened")
    path = folder / "net.tflite"
    path.write_bytes(tiny_classifier())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setattr(verdicts, "_admitted", set())
        edgevision.load_model(path).close()
    return folder / "cache"


@pytest.fixture
def opened(file, cache, tmp_path):
    shutil.copytree(cache, tmp_path / "cache", dirs_exist_ok=True)
    return file


def records(tmp_path):
    return list((tmp_path / "cache/edgevision/settings").glob("*"))


def never(*_arguments):
    raise AssertionError("the file was looked into")


@pytest.mark.parametrize(
    "name",
    [
        "tf2_mobilenet_v2_1.0_224_ptq",
        "coco_ssd_mobilenet_v1_1.0_quant_metadata",
        "yolov8n_416_full_integer_quant",
        "movenet_single_pose_lightning_ptq",
        "deeplabv3_mnv2_dm05_pascal_quant",
    ],
)
def test_the_second_opening_says_the_same_without_looking(shared, name, monkeypatch):
    path = shared / "models" / f"{name}.tflite"
    with edgevision.load_model(path, threads=1) as model:
        first = model.info(), model.card
    monkeypatch.setattr(open_file, "_look_into", never)
    with edgevision.load_model(path, threads=1) as model:
        assert (model.info(), model.card) == first


def test_options_of_the_decoder_lie_on_top_and_are_not_kept(opened, monkeypatch):
    monkeypatch.setattr(open_file, "_look_into", never)
    with edgevision.load_model(opened, top_k=2) as model:
        assert model.card.output.options["top_k"] == 2
        assert model.evidence["options.top_k"] == "the caller"
        assert "decoder" in model.evidence
    with edgevision.load_model(opened) as model:
        assert "top_k" not in model.card.output.options


@pytest.mark.parametrize(
    "options",
    [
        {"normalize": "unit"},
        {"labels": ["a"] * 48},
        {"color": "bgr"},
        {"resize": "letterbox"},
        {"decoder": "classifier"},
        {"task": "classification"},
    ],
)
def test_what_the_caller_says_is_worked_out_anew(opened, monkeypatch, options):
    with edgevision.load_model(opened, **options) as model:
        assert any("the caller" in words for words in model.evidence.values())
    monkeypatch.setattr(open_file, "_look_into", never)
    with pytest.raises(AssertionError, match="was looked into"):
        edgevision.load_model(opened, **options)
    with edgevision.load_model(opened) as model:
        assert not any("the caller" in words for words in model.evidence.values())


def test_another_content_or_name_is_another_file(opened, tmp_path):
    sha256 = hashlib.sha256(opened.read_bytes()).hexdigest()
    content, settings = recall(str(opened), None)
    assert content.sha256 == sha256
    assert settings is not None
    copy = tmp_path / "copy.tflite"
    shutil.copy(opened, copy)
    assert recall(str(copy), None)[1] is None
    before = opened.stat()
    changed = bytearray(opened.read_bytes())
    changed[-1] ^= 1
    opened.write_bytes(changed)
    os.utime(opened, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert recall(str(opened), None)[1] is None


def test_a_checksum_file_is_never_passed_by(opened):
    (opened.parent / "SHA256SUMS").write_text(f"{'0' * 64}  net.tflite\n")
    assert recall(str(opened), None)[1] is None
    with pytest.raises(ModelError, match="is not the file that SHA256SUMS names"):
        edgevision.load_model(opened)


def test_a_verdict_must_stand_beside_the_record(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(verdicts, "_admitted", set())
    assert recall(str(opened), None)[1] is not None
    shutil.rmtree(tmp_path / "cache/edgevision/admitted")
    assert recall(str(opened), None)[1] is None


def test_every_room_whose_code_decides_is_there():
    runtime = Path(edgevision.__path__[-1]) / "runtime"
    for room in known_settings._DECIDING:
        assert (runtime / room).is_dir()


def test_a_change_in_a_room_within_a_room_is_noticed(tmp_path, monkeypatch):
    for room in (*known_settings._DECIDING, "opening/recognition", "opening/nest/egg"):
        (tmp_path / "runtime" / room).mkdir(parents=True, exist_ok=True)
    module = tmp_path / "runtime/opening/nest/egg/yolk.py"
    module.write_text("1")
    place = tmp_path / "runtime/opening/gate/known_settings.py"
    monkeypatch.setattr(known_settings, "__file__", str(place))
    before = known_settings._age_of_code()
    module.write_text("12")
    assert known_settings._age_of_code() != before


def test_code_that_decides_otherwise_finds_out_anew(opened, monkeypatch):
    monkeypatch.setattr(known_settings, "_age_of_code", lambda: "newer")
    assert recall(str(opened), None)[1] is None


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"name": "net.tflite", "card": {"schema": 1}}'],
)
def test_a_damaged_record_costs_a_look_and_nothing_else(opened, tmp_path, damage):
    (record,) = records(tmp_path)
    whole = json.loads(record.read_bytes())
    record.write_bytes(damage)
    assert recall(str(opened), None)[1] is None
    edgevision.load_model(opened).close()
    assert json.loads(record.read_bytes()) == whole


def test_a_file_that_is_trusted_unseen_is_not_kept(file, tmp_path):
    edgevision.load_model(file, trust=True).close()
    assert records(tmp_path) == []


def test_what_is_no_model_file_is_not_read(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "text.tflite").write_text("not a model")
    for path in (pipe, tmp_path, tmp_path / "absent", tmp_path / "text.tflite"):
        assert recall(str(path), None) == (None, None)


def test_nobody_else_can_write_records_and_there_are_not_many(
    opened, tmp_path, monkeypatch
):
    monkeypatch.setattr(known_settings, "_MOST_RECORDS", 4)
    with edgevision.load_model(opened) as model:
        settings = model
    for number in range(9):
        keep_settings(str(opened), f"{number:064}", settings)
    left = records(tmp_path)
    assert 2 <= len(left) <= 4
    for path in (left[0].parent, *left):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_a_home_that_cannot_be_written_costs_a_look_and_nothing_else(
    file, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    for _ in range(2):
        with edgevision.load_model(file) as model:
            assert model.card.output.decoder == "classifier"
