"""V4L2 cameras, as far as a stand-in shows them: modes, time stamps, odd frames."""

from __future__ import annotations

import struct
import time

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources import v4l2
from edgevision.runtime.sources.open import open_source, parse_source

from edgevision.errors import SourceError


class FakeCapture:
    """OpenCV's capture, giving what a camera of 640x480 YUYV gives (FACTS of vivid)."""

    opens = True
    script: tuple[object, ...] = ()
    stamp_ms: float | None = None

    def __init__(self, device, backend):
        assert backend == cv2.CAP_V4L2
        self.asked = {}
        self.left = list(self.script)

    def isOpened(self):  # noqa: N802
        return self.opens

    def set(self, key, value):
        self.asked[key] = value
        return True  # also for what it cannot do

    def get(self, key):
        return {
            cv2.CAP_PROP_FRAME_WIDTH: 64.0,
            cv2.CAP_PROP_FRAME_HEIGHT: 48.0,
            cv2.CAP_PROP_FPS: 25.0,
            cv2.CAP_PROP_FOURCC: float(int.from_bytes(b"YUYV", "little")),
            cv2.CAP_PROP_POS_MSEC: self.stamp_ms or time.monotonic() * 1e3 - 40,
        }[key]

    def read(self):
        step = self.left.pop(0) if self.left else None
        if step is None:
            return False, None
        return True, np.zeros(step, np.uint8)

    def release(self):
        pass


@pytest.fixture
def camera(monkeypatch):
    class Capture(FakeCapture):
        pass

    Capture.script = ((48, 64, 3),) * 3
    monkeypatch.setattr(cv2, "VideoCapture", Capture)
    monkeypatch.setattr(v4l2, "check_device", lambda device: None)
    return Capture


def _take(source, count):
    source.status.on_note = lambda text: None
    frames = []
    for frame in source:
        frames.append(frame)
        if len(frames) == count:
            source.close()
    return frames


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("0", "0"),
        ("/dev/video2", "/dev/video2"),
        ("/dev/v4l/by-id/usb-cam?fps=5", "/dev/v4l/by-id/usb-cam"),
        ("v4l2:/dev/video0?size=1280x720&fourcc=MJPG", "/dev/video0"),
    ],
)
def test_camera_strings(text, target):
    address = parse_source(text)
    assert (address.kind, address.target) == ("v4l2", target)


def test_what_the_camera_does_instead_is_said(camera):
    source = open_source("0?size=1280x720&fps=30&fourcc=MJPG")
    assert source.name == "/dev/video0"
    assert source.status.mode == (
        "64x48 at 25 fps, YUYV (asked for 1280x720, 30 fps, MJPG)"
    )
    source.close()
    source = open_source("0?size=64x48&fps=25&fourcc=YUYV")
    assert source.status.mode == "64x48 at 25 fps, YUYV"
    source.close()


def test_the_driver_s_time_stamp_is_the_frame_s(camera):
    (frame,) = _take(open_source("0"), 1)
    assert 0.03e9 < time.monotonic_ns() - frame.timestamp_ns < 5e9


@pytest.mark.parametrize("stamp", [1.7e12, 1.0])
def test_a_stamp_of_another_clock_is_not_believed(camera, stamp):
    camera.stamp_ms = stamp
    (frame,) = _take(open_source("0"), 1)
    assert 0 <= time.monotonic_ns() - frame.timestamp_ns < 5e9


def test_flat_frames_of_opencv_4_11_are_put_into_shape(camera):
    camera.script = ((1, 64 * 48 * 3),)
    (frame,) = _take(open_source("0"), 1)
    assert frame.image.shape == (48, 64, 3)


def test_a_camera_that_stops_is_opened_again(camera, monkeypatch):
    source = open_source("0")
    source._first_wait_s = 0.01
    frames = _take(source, 5)
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert source.status.reconnects == 1


def test_a_busy_camera_is_told(camera):
    camera.opens = False
    with pytest.raises(SourceError, match="Cannot open camera /dev/video0: it is busy"):
        open_source("0")


def test_the_program_that_holds_a_camera_is_named(camera, monkeypatch):
    camera.opens = False
    monkeypatch.setattr(v4l2, "users", lambda tree, device: ["python3 (process 7)"])
    with pytest.raises(SourceError, match=r"in use by python3 \(process 7\)\. End"):
        open_source("0")


def test_of_several_cameras_a_number_is_answered_with_a_name(camera, monkeypatch):
    monkeypatch.setattr(v4l2, "cameras", lambda: ["/dev/video0", "/dev/video2"])
    for text, count in (("0", 1), ("v4l2:/dev/v4l/by-id/a", 0)):
        source = open_source(text)
        notes: list[str] = []
        source.status.on_note = notes.append
        next(iter(source))
        assert len(notes) == count
        assert all("/dev/video0 is one of 2 cameras" in note for note in notes)
        source.close()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("/dev/video987", "no such device. V4L2 cameras here: .* or synthetic:$"),
        ("v4l2:/dev/no-such", "no such device"),
        ("v4l2:/dev/null?fourcc=MJPEG", "expected four letters"),
        ("v4l2:/dev/null?mode=3", "No option of a V4L2 camera 'mode'"),
    ],
)
def test_what_cannot_be_opened_is_told(text, match):
    with pytest.raises(SourceError, match=match):
        open_source(text)


def test_a_plain_file_is_no_camera(tmp_path):
    (tmp_path / "video0").write_bytes(b"")
    with pytest.raises(SourceError, match="it is not a device"):
        open_source(f"v4l2:{tmp_path}/video0")


def _capability(driver, everything, node):
    text = driver.encode().ljust(16, b"\0") + b"card".ljust(32, b"\0")
    return (
        text
        + b"bus".ljust(32, b"\0")
        + struct.pack("<6I", 1, everything, node, 0, 0, 0)
    )


@pytest.mark.parametrize(
    ("driver", "everything", "node", "expected"),
    [
        ("uvcvideo", 0x84A00001, 0x04200001, True),
        ("uvcvideo", 0x84A00001, 0x04A00000, False),  # its metadata node
        ("vivid", 0x05200001, 0, True),  # an old kernel: no device_caps
        ("bcm2835-codec", 0x84204000, 0x04204000, False),  # memory to memory
        ("unicam", 0x85A00001, 0x05200001, False),  # raw sensor data
        ("bcm2835-isp", 0x84200001, 0x04200001, False),
    ],
)
def test_only_nodes_that_give_pictures_are_cameras(driver, everything, node, expected):
    assert v4l2.captures(_capability(driver, everything, node)) is expected


def test_auto_without_any_camera_says_what_to_do(monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sources.auto.has_camera", lambda: False)
    monkeypatch.setattr("edgevision.runtime.sources.auto.cameras", lambda: [])
    with pytest.raises(SourceError, match="No camera was found"):
        open_source("auto")


def test_auto_takes_the_first_v4l2_camera(camera, monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sources.auto.has_camera", lambda: False)
    found = ["/dev/video2", "/dev/video4"]
    monkeypatch.setattr("edgevision.runtime.sources.auto.cameras", lambda: found)
    source = open_source("auto?size=64x48")
    assert source.name == "/dev/video2"
    source.close()
