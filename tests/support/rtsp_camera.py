"""A real RTSP camera on loopback that can be killed, frozen and brought back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

_SERVER = Path(__file__).with_name("rtsp_server.py")
_ASK = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
for name in ("x264enc", "rtph264pay", "videotestsrc"):
    if Gst.ElementFactory.find(name) is None:
        raise SystemExit(1)
"""


class RtspCamera:
    """A server on one port; skips the test where no Python can serve RTSP.

    Args:
        user: Who may watch, as ``name:password``; empty for everybody.
    """

    def __init__(self, user: str = "") -> None:
        python = _python()
        if python is None:
            pytest.skip("no Python with GstRtspServer (gir1.2-gst-rtsp-server-1.0)")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"rtsp://127.0.0.1:{self.port}/test"
        words = [user] if user else []
        self._command = [python, str(_SERVER), str(self.port), *words]
        self.start()

    def start(self) -> None:
        """Start and wait until it serves."""
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout.readline() == b"serving\n"

    def freeze(self) -> None:
        """Stop it where it stands; connections stay open."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def _python() -> str | None:
    """Return a Python that can serve RTSP."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python):
            asked = subprocess.run([python, "-c", _ASK], capture_output=True)
            if asked.returncode == 0:
                return python
    return None
