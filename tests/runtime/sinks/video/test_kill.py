"""A video whose run is killed: how much of it is lost, whatever the scene."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest
from support.clips import needs_pyav

REPOSITORY = Path(__file__).resolve().parents[4]

_WRITER = """
import sys
import numpy as np
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.sinks.video import encoders, video_sink
from edgevision.runtime.timing import Timing
from support.streams import classes
sink_string, scene, package = sys.argv[1:]
if package == "opencv":
    video_sink.has_pyav = encoders.has_pyav = lambda: False
sink = open_sink(sink_string)
random = np.random.default_rng(0)
image = np.full((96, 128, 3), 90, np.uint8)
for number in range(100000):
    if scene == "noise":
        image = random.integers(0, 256, (96, 128, 3), np.uint8)
    at_ns = number * 40_000_000
    sink.write(Event(Frame(image, at_ns, number), classes(), Timing()))
    print(number, flush=True)
"""


def kill_after(frames, sink, scene, package) -> int:
    """Return the last frame that a killed writer said to have written."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, sink, scene, package],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/tests"},
    ) as process:
        limit = time.monotonic() + 60
        last = 0
        while last < frames and time.monotonic() < limit:
            last = int(process.stdout.readline())
        process.kill()
        return max(last, *map(int, process.stdout.read().split()), 0)


def seconds_that_play(path) -> float:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    last_ms = -40.0
    while capture.read()[0]:
        last_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
    return (last_ms + 40) / 1000


@pytest.mark.parametrize(
    ("name", "package", "scene"),
    [
        ("out.mkv", "opencv", "still"),
        pytest.param("out.mkv", "pyav", "still", marks=needs_pyav),
        pytest.param("out.mp4", "pyav", "still", marks=needs_pyav),
        pytest.param("out.mp4", "pyav", "noise", marks=needs_pyav),
    ],
)
def test_a_killed_video_plays_to_within_two_seconds(
    tmp_path, scene, name, package, capfd
):
    path = tmp_path / name
    last = kill_after(200, f"video:{path}?draw=0", scene, package)
    assert last >= 200
    assert seconds_that_play(path) >= (last + 1) / 25 - 2
    if shutil.which("ffprobe"):
        command = ["ffprobe", "-v", "error", "-count_packets", "-show_entries"]
        report = subprocess.run(
            [*command, "stream=nb_read_packets", "-of", "csv=p=0", str(path)],
            capture_output=True,
            check=True,
            timeout=30,
        )
        assert int(report.stdout.split(b",")[0]) >= last - 50
