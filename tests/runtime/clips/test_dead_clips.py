"""What a killed process leaves of a clip: finished where it plays, else removed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import cv2
import pytest
from edgevision.runtime.clips import ClipFolder
from edgevision.runtime.clips.clip_file import hidden_name
from edgevision.runtime.clips.clip_record import ClipRecord
from edgevision.runtime.sinks.video import PieceFile, new_writer
from support.clip_events import record, report, times
from support.clips import needs_pyav, picture

RECORD = """
import sys, time
from support.clip_events import frame, report
from edgevision.runtime.clips import ClipFolder, ClipRecorder, ClipSettings
settings = ClipSettings(sys.argv[1], before=1.0, fps=0.0)
recorder = ClipRecorder(settings, ClipFolder(sys.argv[1], quota=10**9))
for number in range(100000):
    reports = [report("start", 2.0)] if number == 20 else []
    recorder.add(frame(number, number / 10), reports)
    if number == 100:
        print("hundred", flush=True)
        time.sleep(60)
"""


@pytest.fixture(params=["opencv", pytest.param("pyav", marks=needs_pyav)])
def package(request, monkeypatch):
    """Read by one package; without PyAV as on a machine that has none."""
    if request.param == "opencv":
        module = "edgevision.runtime.clips.dead_clips"
        monkeypatch.setattr(f"{module}.has_pyav", lambda: False)
    return request.param


def _open(path):
    notes = []
    ClipFolder(path, quota=10**9, on_note=notes.append).close()
    return notes


def _video(path, count=12):
    file = PieceFile(path)
    writer = new_writer(file, fps=10.0, size=(64, 48))
    for number in range(count):
        writer.add(picture(number), number / 10)
    writer.close()
    file.close()


def _record(path, **more):
    event = report("start", 5.0, sentence="somebody came")
    path.write_text(json.dumps(ClipRecord(event, **more).to_dict()))


def test_a_clip_of_a_killed_process_is_finished_by_the_next_start(tmp_path):
    folder = tmp_path / "events"
    process = subprocess.Popen(
        [sys.executable, "-c", RECORD, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    try:
        assert process.stdout.readline() == "hundred\n"
        # The writer is soon done with what it has.
        size, deadline = -1, time.monotonic() + 20
        while size != (now := _size_of(folder)) or now == 0:
            assert time.monotonic() < deadline
            size = now
            time.sleep(0.3)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        process.stdout.close()
    notes = _open(folder)
    assert len(notes) == 1
    assert notes[0].startswith("Finished the clip e1, which an earlier run left half ")
    known = record(folder)
    clip = folder / known["files"]["clip"]
    assert sorted(p.name for p in folder.iterdir()) == sorted(["e1.json", clip.name])
    stamps = times(clip)
    assert known["state"] == "complete"
    assert known["ended_by"] == "killed"
    assert known["rule"] == "intruder"
    assert known["pictures"] == len(stamps)
    assert known["stream_s"]["begin"] == 1.0
    assert known["stream_s"]["end"] == pytest.approx(1.0 + stamps[-1], abs=0.01)
    # A kill costs the second that is being written, not more.
    assert known["stream_s"]["end"] > 8.5
    assert known["time"]["end"] > known["time"]["begin"]
    assert _open(folder) == []


def _size_of(folder):
    return sum(path.stat().st_size for path in folder.glob(".e1.running.m*"))


def _environment():
    paths = [os.getcwd(), os.path.join(os.getcwd(), "tests"), *sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def test_a_clip_without_a_picture_is_removed_and_that_is_said(tmp_path, package):
    _record(tmp_path / hidden_name("e1", ".json"))
    (tmp_path / hidden_name("e1", ".mp4")).write_bytes(b"")
    (tmp_path / hidden_name("e2", ".mkv")).write_bytes(b"no video at all" * 100)
    notes = _open(tmp_path)
    assert [note[:19] for note in notes] == [
        "Removed the clip e1",
        "Removed the clip e2",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_clip_whose_record_was_lost_is_kept_as_one_of_ours(tmp_path, package):
    _video(tmp_path / hidden_name("e1", ".mkv"))
    (tmp_path / hidden_name("e1", ".json")).write_text('{"kind": ')
    assert _open(tmp_path) == [
        "Finished the clip e1, which an earlier run left half written: 1.1 s, 12 "
        "pictures."
    ]
    known = record(tmp_path)
    assert known["files"] == {"clip": "e1.mkv"}
    assert "was lost" in known["error"]
    with ClipFolder(tmp_path, quota=1) as folder:
        folder.tidy()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_died_between_the_names_loses_nothing(tmp_path, package):
    _video(tmp_path / "e1.mkv")
    (tmp_path / "e1.jpg").write_bytes(b"a picture")
    _record(tmp_path / hidden_name("e1", ".json"), first_s=4.0, pictures=1)
    assert len(_open(tmp_path)) == 1
    known = record(tmp_path)
    assert known["files"] == {"clip": "e1.mkv", "snapshot": "e1.jpg"}
    assert known["pictures"] == 12
    assert known["stream_s"]["end"] == pytest.approx(5.1)
    assert known["sentence"] == "somebody came"


def test_other_hidden_files_stay(tmp_path):
    for name in (".e1.running.txt", "e1.running.mp4", ".running.mp4", ".profile"):
        (tmp_path / name).write_text("x")
    assert _open(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("left", [0.02, 0.5, 0.9])
def test_of_a_clip_that_is_cut_off_anywhere_what_plays_is_kept(tmp_path, package, left):
    whole = tmp_path / "whole.mkv"
    _video(whole, count=40)
    data = whole.read_bytes()
    whole.unlink()
    hidden = tmp_path / hidden_name("e1", ".mkv")
    hidden.write_bytes(data[: int(len(data) * left)])
    capture = cv2.VideoCapture(str(hidden))
    count = 0
    while capture.read()[0]:
        count += 1
    capture.release()
    (note,) = _open(tmp_path)
    assert note.startswith("Finished" if count else "Removed")
    if count:
        assert abs(record(tmp_path)["pictures"] - count) <= 1
