"""CSI cameras against a stand-in with picamera2's documented methods, and a pipe."""

from __future__ import annotations

import concurrent.futures
import os
import sys
import textwrap
import time
from types import SimpleNamespace

import numpy as np
import pytest
from edgevision.runtime.sources.csi import csi_source as csi
from edgevision.runtime.sources.open import open_source, parse_source
from support.fault_rows import Listener

from edgevision.errors import MissingDependencyError, SourceError


class FakePicamera2:
    """What the documentation of picamera2 promises, for one camera of 1280x720."""

    count = 1
    fails = ""
    stalls = False

    def __init__(self, number):
        if self.fails:
            raise RuntimeError(self.fails)
        self.number = number
        self.started = False
        self.released = 0

    @classmethod
    def global_camera_info(cls):
        return [{"Model": "imx708", "Num": n} for n in range(cls.count)]

    def create_video_configuration(self, *, main, controls):
        assert main["format"] == "RGB888"
        assert controls["FrameRate"] == 30
        return {"main": dict(main)}

    def configure(self, configuration):
        width, height = configuration["main"]["size"]
        self.size = (width // 32 * 32, height)  # libcamera aligns

    def camera_configuration(self):
        return {"main": {"size": self.size}}

    def start(self):
        self.started = True

    def capture_request(self, *, wait):
        assert wait is False
        return "job"

    def wait(self, job, timeout):
        assert job == "job"
        if self.stalls:
            raise concurrent.futures.TimeoutError
        width, height = self.size
        image = np.zeros((height, width, 3), np.uint8)
        image[:, :, 0] = 200  # blue: RGB888 lies in memory as B, G, R
        stamp = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - 20_000_000
        return SimpleNamespace(
            make_array=lambda name: image,
            get_metadata=lambda: {"SensorTimestamp": stamp},
            release=self._release,
        )

    def _release(self):
        self.released += 1

    def stop(self):
        self.started = False

    def close(self):
        assert not self.started


@pytest.fixture
def picamera2(monkeypatch):
    class Camera(FakePicamera2):
        pass

    module = SimpleNamespace(Picamera2=Camera)
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setattr(csi, "_is_jetson", lambda: False)
    return Camera


def _take(source, count, listener=None):
    frames = []
    listener = listener or Listener(source)
    for frame in source:
        frames.append(frame)
        if len(frames) == count:
            source.close()
    return frames


def test_picamera2_gives_bgr_frames_with_the_sensor_s_time(picamera2):
    source = open_source("csi:?size=640x480")
    grabber = source._grabber
    frames = _take(source, 3)
    assert source.status.mode == "640x480 at 30 fps"
    assert frames[0].image.shape == (480, 640, 3)
    assert frames[0].image[0, 0].tolist() == [200, 0, 0]
    assert 15e6 < time.monotonic_ns() - frames[2].timestamp_ns < 5e9
    assert grabber._camera.released == 3  # or picamera2 runs out of buffers
    assert not grabber._camera.started


def test_what_libcamera_does_instead_is_said(picamera2):
    source = open_source("csi:?size=650x480")
    assert source.status.mode == "640x480 at 30 fps (asked for 650x480)"
    source.close()


def test_a_camera_that_stalls_is_opened_again(picamera2, monkeypatch):
    source = open_source("csi:?size=64x48")
    source._first_wait_s = 0.01
    source._grabber._camera.stalls = True
    listener = Listener(source)
    assert len(_take(source, 2, listener)) == 2
    assert source.status.reconnects == 1
    assert "no picture came for 5 s" in listener.told[0]


def test_a_number_without_a_camera_is_told(picamera2):
    with pytest.raises(SourceError, match="no CSI camera 3; libcamera sees 1"):
        open_source("csi:3")


def test_a_busy_camera_is_told(picamera2):
    picamera2.fails = "Failed to acquire camera: Device or resource busy"
    with pytest.raises(SourceError, match="Device or resource busy. Close the program"):
        open_source("csi:")


def test_without_any_way_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingDependencyError, match="sudo apt install python3-picam"):
        open_source("csi:")


_RPICAM = """
    import sys, time
    import cv2, numpy as np
    arguments = sys.argv[1:]
    width = int(arguments[arguments.index("--width") + 1])
    height = int(arguments[arguments.index("--height") + 1])
    assert arguments[arguments.index("--codec") + 1] == "mjpeg"
    for number in range({count}):
        image = np.full((height, width, 3), number, np.uint8)
        sys.stdout.buffer.write(cv2.imencode(".jpg", image)[1].tobytes())
        sys.stdout.buffer.flush()
    {end}
"""


@pytest.fixture
def rpicam(monkeypatch, tmp_path):
    """Put a program named rpicam-vid on the path; no picamera2."""

    def write(count, end):
        path = tmp_path / "rpicam-vid"
        code = textwrap.dedent(_RPICAM.format(count=count, end=end))
        path.write_text(f"#!{sys.executable}\n{code}")
        path.chmod(0o755)

    monkeypatch.setitem(sys.modules, "picamera2", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return write


def test_rpicam_vid_on_a_pipe_stands_in_for_picamera2(rpicam):
    rpicam(5, "time.sleep(30)")
    source = open_source("csi:?size=64x48")
    process = source._grabber._process
    assert source.status.mode == "64x48 at 30 fps, MJPG by rpicam-vid"
    frames = _take(source, 5)
    assert [round(frame.image.mean()) for frame in frames] == [0, 1, 2, 3, 4]
    assert process.poll() is not None


def test_a_picamera2_that_numpy_2_breaks_is_stood_in_for_too(
    rpicam, monkeypatch, tmp_path
):
    # What apt's simplejpeg, compiled for NumPy 1, does below NumPy 2.
    text = "raise ValueError('numpy.dtype size changed')"
    (tmp_path / "picamera2.py").write_text(text)
    monkeypatch.delitem(sys.modules, "picamera2")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingDependencyError, match="size changed"):
        open_source("csi:")
    rpicam(30, "time.sleep(60)")
    assert csi.has_camera() is False  # rpicam-hello is not there
    source = open_source("csi:?size=64x48")
    assert "rpicam-vid" in source.status.mode
    # Or Ctrl-C would end it before the run has heard of it.
    assert os.getsid(source._grabber._process.pid) != os.getsid(0)
    source.close()


def test_rpicam_vid_that_ends_is_started_again(rpicam):
    rpicam(3, "sys.exit('ERROR: *** camera timeout ***')")
    source = open_source("csi:?size=64x48")
    listener = Listener(source)
    for frame in source:
        if frame.index == 2:
            listener.harm()
        if frame.index == 4:
            source.close()
    assert "rpicam-vid ended: ERROR: *** camera timeout ***." in listener.told[0]
    assert source.status.reconnects == 1
    listener.record(
        "csi-ended",
        source="csi:",
        fault="rpicam-vid ends in the middle",
        against="stand-in: a program of that name that writes JPEGs",
        then="started again by itself; one gap counted",
    )


def test_rpicam_vid_without_a_camera_says_its_last_words(rpicam):
    rpicam(0, "sys.exit('ERROR: *** no cameras available ***')")
    with pytest.raises(SourceError, match="no cameras available"):
        open_source("csi:?size=64x48")


def test_the_pipeline_of_a_jetson_names_sensor_and_mode():
    text = csi.argus_pipeline(csi.CsiMode(1, (1920, 1080), 30.0))
    assert text.startswith("nvarguscamerasrc sensor-id=1 ! video/x-raw(memory:NVMM)")
    assert "width=1920,height=1080,framerate=30/1 ! nvvidconv" in text


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("csi:front", "expected csi: or a camera's number"),
        ("csi:?size=big", "WIDTHxHEIGHT"),
        ("csi:?exposure=3", "No option of a CSI camera 'exposure'"),
    ],
)
def test_wrong_csi_strings_are_told(text, match):
    with pytest.raises(SourceError, match=match):
        open_source(text)


def test_csi_strings():
    address = parse_source("csi:1?rotate=180&fps=15")
    assert (address.kind, address.target) == ("csi", "1")
    assert address.options == {"fps": "15"}
