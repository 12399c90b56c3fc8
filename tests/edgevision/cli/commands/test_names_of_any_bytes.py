"""Names on Linux are any bytes: no command crashes on one, and all say it escaped."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Final

import cv2
import edgevision.runtime.demo as shipped
import numpy as np
import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli

NAMES: Final = [
    b"caf\xe9",  # Latin-1, from a FAT stick or a ZIP
    b"\xff\xfe\x80",
    "ä語".encode(),
    b"\x1b]0;title\x07",
    b"two\nlines",
    b"-o",
    b"=1+1",
]
# Several kinds in one name, for commands that take seconds.
MIXED: Final = [b"-caf\xe9\x1b]0;title\x07", "=1+ä\nlines".encode()]
MODEL: Final = Path(shipped.__file__).with_name("detector.tflite")


@pytest.fixture(params=NAMES, ids=repr)
def folder(request, tmp_path, monkeypatch) -> Path:
    """Return a folder of such a name, with a model, a picture, a video and labels."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = os.fsdecode(request.param)
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(MODEL, folder / f"{name}.tflite")
    pixels = np.full((60, 80, 3), 90, np.uint8)
    (folder / f"{name}.jpg").write_bytes(cv2.imencode(".jpg", pixels)[1].tobytes())
    (folder / f"{name}.txt").write_text("a\nb\nc\nd\ne\nf\n")
    video = str(tmp_path / "video.avi")
    writer = cv2.VideoWriter(video, cv2.VideoWriter_fourcc(*"MJPG"), 10, (80, 60))
    for _ in range(3):
        writer.write(pixels)
    writer.release()
    shutil.copy(video, folder / f"{name}.avi")
    return folder


def run(*words: object) -> str:
    done = CliRunner().invoke(cli, list(map(str, words)))
    assert done.exit_code == 0, done.output
    # What a terminal obeys never reaches it.
    assert "\x1b]" not in done.output
    return done.stdout


def test_run_reads_and_writes_them(folder):
    name = folder.name
    model, picture = folder / f"{name}.tflite", folder / f"{name}.jpg"
    out = folder / "out"
    sinks = [f"jsonl:{out}.jsonl", f"csv:{out}.csv", f"images:{out}"]
    words = [part for sink in sinks for part in ("--sink", sink)]
    run("run", model, "-s", picture, "--labels", folder / f"{name}.txt", *words)
    record = json.loads(Path(f"{out}.jsonl").read_text("utf-8").splitlines()[0])
    assert record["source"] == str(picture)
    (row,) = csv.DictReader(Path(f"{out}.csv").read_text("utf-8").splitlines(True))
    assert Path(row["source"]).name
    assert len(list(out.iterdir())) == 1
    line = run("run", model, "-s", folder, "--json", "--max-frames", "1")
    assert json.loads(line.splitlines()[0])["source"].startswith(str(folder))


def test_videos_are_read_and_written(folder):
    video, out = folder / f"{folder.name}.avi", folder / f"{folder.name}.mkv"
    run("run", MODEL, "-s", video, "--sink", f"video:{out}", "--quiet")
    assert out.stat().st_size > 0
    run("run", MODEL, "-s", out, "--quiet")


@pytest.mark.parametrize("folder", MIXED, ids=repr, indirect=True)
def test_other_commands_take_them(folder):
    name = folder.name
    model, picture = folder / f"{name}.tflite", folder / f"{name}.jpg"
    run("inspect", model)
    run("benchmark", model, "--bare", "--max-seconds", "0.1")
    run("card", model, "--labels", folder / f"{name}.txt", "-o", folder / "new.tflite")
    blended = folder / f"{name}.png"
    run("blend", picture, picture, "-o", blended)
    assert blended.is_file()


def test_what_is_absent_is_a_sentence(folder):
    gone = os.fsdecode(os.fsencode(folder.name) + b"x")
    for words in (
        ["run", str(folder / f"{gone}.tflite")],
        ["run", str(MODEL), "-s", str(folder / f"{gone}.jpg")],
        ["inspect", str(folder / f"{gone}.tflite")],
    ):
        done = CliRunner().invoke(cli, words)
        assert done.exit_code in (1, 2), done.output
        assert "fault in EdgeVision" not in done.output
        assert "\x1b]" not in done.output
