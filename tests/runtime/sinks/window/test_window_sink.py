"""The window: a process of its own, keys, and every way in which a display fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from edgevision.runtime.frame import Frame
from edgevision.runtime.pipeline.stream import open_stream
from edgevision.runtime.sinks.base import RunContext
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.sinks.picture import picture_of
from edgevision.runtime.sinks.window import window_sink as window
from edgevision.runtime.sinks.window.window_sink import WindowSink
from support.streams import FakeRunner, FakeSource, blank, event

from edgevision.errors import MissingDependencyError, SinkError

# Stand-ins for the child: each is a program that does one thing.
SHOWS = """
import struct, sys
print("a GUI says hello\\nready", flush=True)
out, number = sys.argv[1], 0
while True:
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        break
    width, height = struct.unpack("<II", head)
    pixels = sys.stdin.buffer.read(width * height * 3)
    with open(f"{out}/{number:03d}-{width}x{height}.raw.part", "wb") as file:
        file.write(pixels)
    import os
    os.replace(file.name, file.name.removesuffix(".part"))
    number += 1
"""
SAYS = """
import sys
print("ready", flush=True)
sys.stdin.buffer.read(8)
print({word!r}, flush=True)
"""
ABORTS = """
import os, sys
sys.stderr.write("qt.qpa.xcb: could not connect to display :88\\nReinstall it.\\n")
sys.stderr.flush()
os.abort()
"""
DIES = """
import sys
print("ready", flush=True)
sys.stdin.buffer.read(8)
sys.stderr.write("The connection broke. Did the server die?\\n")
"""


@pytest.fixture
def display(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":88")


@pytest.fixture
def child(monkeypatch, display, tmp_path):
    """Return a function that says which programs stand in for the window."""
    programs = []

    def command(module, *arguments):
        code = programs.pop(0) if len(programs) > 1 else programs[0]
        return [sys.executable, "-c", code, str(tmp_path), *arguments]

    monkeypatch.setattr(window, "child_command", command)
    return programs.extend


def _wait_for(condition, seconds=20.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def _write_on(sink):
    for number in range(1000):
        sink.write(event(number))
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_without_a_display_nothing_is_started_and_the_cure_is_named(monkeypatch, name):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv(name, "")
    monkeypatch.setattr(window, "child_command", None)
    with pytest.raises(SinkError, match="there is none .* use --sink web:8080"):
        open_sink("window:")


def test_an_opencv_without_windows_is_told_with_its_cure(child):
    child(["print('no-gui')"])
    with pytest.raises(MissingDependencyError, match="pip install opencv-python; or"):
        open_sink("window:")


def test_the_child_itself_tells_an_opencv_without_windows(display):
    if "GUI:                           NONE" not in cv2.getBuildInformation():
        pytest.skip("this OpenCV has windows")
    with pytest.raises(MissingDependencyError, match="opencv-python-headless"):
        open_sink("window:")


def test_a_gui_that_aborts_is_an_error_with_its_reason_and_not_the_end(child):
    child([ABORTS])
    with pytest.raises(SinkError, match="The display :88 cannot be used: qt.qpa.xcb: "):
        open_sink("window:")


def test_a_python_that_cannot_be_started_is_told(display, monkeypatch):
    monkeypatch.setattr(window, "child_command", lambda *_: ["/no/such/python"])
    with pytest.raises(SinkError, match="Cannot start the window's own process"):
        open_sink("window:")


def test_the_picture_with_its_result_comes_as_it_is_and_no_wider(child, tmp_path):
    child([SHOWS])
    sink = WindowSink("t", width=4)
    shown = event(7)
    sink.write(shown)
    _wait_for(lambda: list(tmp_path.glob("*.raw")))
    sink.close()
    sink.close()
    (file,) = tmp_path.glob("*.raw")
    assert file.name == "000-4x3.raw"
    expected = cv2.resize(picture_of(shown), (4, 3), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(
        np.frombuffer(file.read_bytes(), np.uint8).reshape(3, 4, 3), expected
    )


def test_a_key_ends_the_run_well(child):
    child([SAYS.format(word="key")])
    with open_stream(
        FakeRunner(), FakeSource(10**6, live=True, period_s=0.01), sinks=["window:"]
    ) as stream:
        for _ in stream:
            pass
    assert stream.summary().lost == {"window:EdgeVision": 0}


def test_a_key_ends_the_run_also_while_no_picture_comes(child):
    child([SAYS.format(word="key")])
    sink = open_sink("window:")
    stopped = []
    sink.attach(RunContext(stop=lambda: stopped.append(True)))
    sink.write(event())
    _wait_for(lambda: stopped)
    sink.close()


def test_a_window_that_is_closed_costs_nothing_more(child):
    child([SAYS.format(word="closed")])
    sink = open_sink("window:")
    sink.write(event())
    _wait_for(lambda: not sink.sink._is_wanted)
    for number in range(20):
        sink.write(event(number))
    sink.close()
    assert sink.lost == 0


def test_a_display_that_goes_away_is_told_and_comes_back(child, tmp_path):
    child([DIES, SHOWS])
    sink = WindowSink("t", fps=100)
    with pytest.raises(SinkError, match=r"Did the server die\? Without a display, use"):
        _write_on(sink)

    def works_again():
        try:
            sink.write(event())
        except SinkError:
            return False
        return bool(list(tmp_path.glob("*.raw")))

    _wait_for(works_again)
    sink.close()


def test_a_window_that_hangs_keeps_nobody_waiting(child):
    child(["import time; print('ready', flush=True); time.sleep(60)"])
    sink = WindowSink("t", fps=100)
    large = replace(event(), frame=blank(size=(640, 480)))  # more than a pipe holds
    began = time.monotonic()
    for _ in range(200):
        sink.write(large)
        time.sleep(0.001)
    sink.close()
    assert time.monotonic() - began < 20  # the child would sleep for 60


needs_desktop = pytest.mark.skipif(
    shutil.which("Xvfb") is None
    or shutil.which("xdotool") is None
    or shutil.which("import") is None
    or "GUI:                           NONE" in cv2.getBuildInformation(),
    reason="needs an OpenCV with windows, Xvfb, xdotool and ImageMagick "
    "(make test-window)",
)


@pytest.fixture
def screen(monkeypatch):
    """Return the name of a real X server's display, and its process."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as said:
        name = ":" + said.readline().strip()
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield server
    server.kill()
    server.wait()


def _pixel():
    """Return the screen's colour at (300, 200), red, green and blue."""
    shot = subprocess.run(
        ["import", "-window", "root", "-crop", "1x1+300+200", "-depth", "8", "rgb:-"],
        capture_output=True,
        check=True,
    )
    return tuple(shot.stdout[:3])


@needs_desktop
def test_a_real_window_shows_the_picture_and_takes_keys(screen):
    sink = open_sink("window:Front door")
    stopped = []
    sink.attach(RunContext(stop=lambda: stopped.append(True)))
    image = np.full((480, 640, 3), (30, 60, 200), np.uint8)
    sink.write(replace(event(), frame=Frame(image, 0)))
    _wait_for(lambda: _pixel() == (200, 60, 30))
    assert not stopped
    found = subprocess.run(
        ["xdotool", "search", "--name", "Front door"], capture_output=True, check=True
    )
    (number, *_) = found.stdout.split()
    subprocess.run(["xdotool", "key", "--window", number, "Escape"], check=True)
    _wait_for(lambda: stopped)
    sink.close()
    assert sink.lost == 0


@needs_desktop
def test_a_real_server_that_dies_does_not_end_the_process(screen):
    sink = WindowSink("t", fps=100)
    sink.write(event())
    screen.kill()
    with pytest.raises(SinkError, match="The window is gone: "):
        _write_on(sink)
    sink.close()


@needs_desktop
def test_a_real_display_that_is_not_there_is_told(screen, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(SinkError, match="The display :987 cannot be used: "):
        open_sink("window:")


def test_a_title_of_any_bytes_is_shown_escaped(child):
    child([SHOWS])
    sink = WindowSink("caf\udce9\x1b")
    sink.close()
    assert sink.name == "window:caf\\udce9\\x1b"
