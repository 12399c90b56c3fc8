"""What a real V4L2 driver hands over: modes, pixels, time stamps, the newest frame."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.pipeline.pipeline import Pipeline
from edgevision.runtime.sources.open import open_source
from edgevision.runtime.sources.v4l2 import cameras, is_camera
from support import vivid
from support.fault_rows import record_fault
from support.running import MODEL, REPOSITORY
from support.streams import FakeRunner

pytestmark = pytest.mark.camera

# The bars of vivid's picture at three quarters of full light, left to right, as BGR.
BARS = [
    *((191, 191, 191), (0, 191, 191), (191, 191, 0), (0, 191, 0)),
    *((191, 0, 191), (0, 0, 191), (191, 0, 0), (0, 0, 0)),
]


def _frames(text: str, count: int = 1):
    with open_source(text) as source:
        return source.status.mode, list(itertools.islice(source, count))


def _bars(image: np.ndarray) -> np.ndarray:
    """Return the colour at the middle of each of the picture's eight bars."""
    height, width = image.shape[:2]
    columns = (np.arange(8) * 2 + 1) * width // 16
    return image[height // 2, columns].astype(int)


def test_both_cameras_are_found_and_numbered():
    assert cameras() == [vivid.WEBCAM, vivid.CAPTURE_CARD]
    assert all(is_camera(Path(device)) for device in cameras())


def test_what_the_camera_does_instead_is_read_back(against):
    mode, (frame,) = _frames("v4l2:/dev/video0?size=1280x720&fps=30&fourcc=MJPG")
    assert frame.image.shape == (720, 1280, 3)
    size, fourcc = mode.split(" at ")[0], mode.split("fps, ")[1][:4]
    assert size == "1280x720"
    assert fourcc != "MJPG"
    assert mode.endswith("(asked for 30 fps, MJPG)")
    record_fault(
        "v4l2-mode",
        source="v4l2:/dev/video0?size=1280x720&fps=30&fourcc=MJPG",
        fault="camera cannot do the mode that was asked for",
        against=against,
        told=f"/dev/video0: {mode}",
        then="runs in the mode that the camera has",
    )


def test_a_mode_that_the_camera_has_is_what_it_does():
    text = "v4l2:/dev/video0?size=320x180&fps=25&fourcc=YUYV"
    mode, (frame,) = _frames(text)
    assert frame.image.shape == (180, 320, 3)
    # This size has several rates; the one that was asked for is there.
    assert mode == "320x180 at 25 fps, YUYV"


@pytest.mark.parametrize("fourcc", ["", "YUYV", "UYVY", "NV12", "YU12", "RGB3", "BGR3"])
def test_every_pixel_format_comes_as_bgr(fourcc):
    option = f"&fourcc={fourcc}" if fourcc else ""
    mode, frames = _frames(f"v4l2:/dev/video0?size=640x360{option}", 2)
    assert "asked" not in mode
    image = frames[-1].image
    assert image.shape == (360, 640, 3)
    assert image.dtype == np.uint8
    # YUV carries the colours in fewer levels, and in limited range.
    assert np.abs(_bars(image) - BARS).max() <= 24, _bars(image)


def test_gray_pixels_come_as_three_equal_channels():
    _, frames = _frames("v4l2:/dev/video0?size=640x360&fourcc=GREY", 2)
    image = frames[-1].image
    assert image.shape == (360, 640, 3)
    assert np.array_equal(image[..., 0], image[..., 2])
    gray = _bars(image)[:, 0]
    assert (np.diff(gray) <= 0).all()  # the bars go from light to dark
    assert gray[0] > 150


def test_flat_frames_of_opencv_4_11_are_put_into_shape(against):
    capture = cv2.VideoCapture(vivid.WEBCAM, cv2.CAP_V4L2)
    capture.set(cv2.CAP_PROP_FOURCC, int.from_bytes(b"BGR3", "little"))
    ok, raw = capture.read()
    size = (int(capture.get(3)), int(capture.get(4)))
    capture.release()
    assert ok
    flat = raw.shape[0] == 1
    assert flat == cv2.__version__.startswith("4.11")
    _, (frame,) = _frames("v4l2:/dev/video0?fourcc=BGR3")
    assert frame.image.shape == (size[1], size[0], 3)
    assert np.abs(_bars(frame.image) - BARS).max() <= 8
    if flat:
        record_fault(
            "v4l2-flat-frames",
            source="v4l2:/dev/video0?fourcc=BGR3",
            fault="OpenCV 4.11 hands each BGR24 frame over as one row",
            against=against,
            then="put into shape; boxes and colours are right",
        )


def test_the_time_of_a_frame_is_the_driver_s():
    _, frames = _frames("v4l2:/dev/video0?size=320x180&fps=25&fourcc=YUYV", 12)
    read = time.monotonic_ns()
    stamps = np.array([frame.timestamp_ns for frame in frames])
    assert (stamps <= read).all()
    assert (stamps > read - 60e9).all()
    steps = np.diff(stamps) / 1e6
    assert (steps > 0).all()
    # The driver's clock ticks in whole periods; a reader's would wander about.
    periods = np.round(steps / 40)
    assert np.median(np.abs(steps - periods * 40)) < 10, steps


def test_a_slow_model_gets_the_newest_frame_and_drops_are_counted():
    source = open_source("v4l2:/dev/video0?size=320x180&fps=25&fourcc=YUYV")
    slow = FakeRunner(lambda frame: time.sleep(0.6))
    with Pipeline(source, slow, max_frames=5) as events:
        kept = list(events)
    # The driver's and OpenCV's own queues would hand over frames 40 ms apart.
    steps = np.diff([event.frame.timestamp_ns for event in kept]) / 1e9
    assert np.median(steps) > 0.3, steps
    assert kept[-1].dropped > 0


def test_two_cameras_at_once():
    taken: dict[str, list[tuple[int, ...]]] = {}

    def take(device: str) -> None:
        _, frames = _frames(f"v4l2:{device}?fourcc=YUYV", 5)
        taken[device] = [frame.image.shape for frame in frames]

    threads = [threading.Thread(target=take, args=(name,)) for name in cameras()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken[vivid.CAPTURE_CARD] == [(720, 1280, 3)] * 5
    assert len(set(taken[vivid.WEBCAM])) == 1
    assert len(taken[vivid.WEBCAM]) == 5


def test_the_options_of_all_sources_turn_and_cut_a_camera_s_picture():
    _, frames = _frames("0?size=640x360&fourcc=BGR3&roi=0,0,320,360&rotate=180", 2)
    image = frames[-1].image
    assert image.shape == (360, 320, 3)
    # The left half holds four bars; turned, they run from green to white.
    assert np.abs(image[180, [40, 280]].astype(int) - [BARS[3], BARS[0]]).max() <= 8


@pytest.mark.parametrize("source", ["auto", "0"])
def test_a_run_from_the_command_line_with_files(source, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "edgevision", "run", str(MODEL), "-s", source),
            "--trust",
            *("--sink", f"jsonl:{tmp_path}/a.jsonl", "--sink", f"csv:{tmp_path}/a.csv"),
            *("--sink", f"video:{tmp_path}/a.mkv", "--max-frames", "8"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 8
    assert done.stderr.splitlines()[0].startswith("/dev/video0: ")
    records = [json.loads(x) for x in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert len(records) == 8
    assert {record["source"] for record in records} == {"/dev/video0"}
    assert len((tmp_path / "a.csv").read_text().splitlines()) >= 9
    film = cv2.VideoCapture(str(tmp_path / "a.mkv"))
    shapes = []
    while True:
        ok, picture = film.read()
        if not ok:
            break
        shapes.append(picture.shape)
    # The film keeps time: where no picture came, the last one is shown again.
    assert len(shapes) >= 2
    assert set(shapes) == {(records[0]["height"], records[0]["width"], 3)}
