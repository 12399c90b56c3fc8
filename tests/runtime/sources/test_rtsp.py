"""RTSP against a real server, where Debian's packages for one are installed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from edgevision.runtime.sources.open import open_source

from edgevision.errors import SourceError

SERVER = Path(__file__).parents[2] / "support" / "rtsp_server.py"
_ASK = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
for name in ("x264enc", "rtph264pay", "videotestsrc"):
    if Gst.ElementFactory.find(name) is None:
        raise SystemExit(1)
"""


def _python() -> str | None:
    """Return a Python that can serve RTSP."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python):
            asked = subprocess.run([python, "-c", _ASK], capture_output=True)
            if asked.returncode == 0:
                return python
    return None


class RtspServer:
    """A server on one port that can be killed, frozen and started again."""

    def __init__(self, python: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"rtsp://127.0.0.1:{self.port}/test"
        self._python = python
        self.start()

    def start(self) -> None:
        """Start and wait until it serves."""
        self.process = subprocess.Popen(
            [self._python, str(SERVER), str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout.readline() == b"serving\n"

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def server():
    python = _python()
    if python is None:
        pytest.skip("no Python with GstRtspServer (gir1.2-gst-rtsp-server-1.0)")
    made = RtspServer(python)
    yield made
    made.kill()


def test_a_server_that_is_killed_frozen_and_wrong(server):
    with pytest.raises(SourceError, match=r"it knows no such path \(404\)"):
        open_source(server.url + "-no")
    source = open_source(server.url)
    told: list[str] = []
    source.status.notice = told.append
    limit = threading.Timer(45, source.close)
    limit.start()
    for frame in source:
        if frame.index == 20:
            server.kill()
            threading.Timer(0.5, server.start).start()
        if frame.index == 80:
            server.process.send_signal(signal.SIGSTOP)
            wake = server.process.send_signal
            threading.Timer(3.0, wake, [signal.SIGCONT]).start()
        if source.status.reconnects == 2:
            source.close()
    limit.cancel()
    assert source.status.reconnects == 2, told
    assert frame.image.shape == (48, 64, 3)
    assert [text.split(" is ")[1].split()[0] for text in told] == [
        *("lost:", "back", "lost:", "back")
    ]
    # The server was silent for 3 s; no stale picture hid that.
    assert source.status.gap_s > 3
