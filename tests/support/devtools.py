"""A browser without a window, driven by its own debugging protocol."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


class Browser:
    """One page of a size in pixels; what its console complains of is kept."""

    def __init__(self, width, height):
        self.size = width, height
        self.complaints = []
        self._number = 0

    def __enter__(self):
        self._folder = tempfile.mkdtemp()
        self._process = subprocess.Popen(
            [
                *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu"),
                *("--remote-debugging-port=0", "--no-first-run", "--hide-scrollbars"),
                *("--disable-background-networking", "--disable-dev-shm-usage"),
                *(f"--user-data-dir={self._folder}", "about:blank"),
            ],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        for line in self._process.stderr:
            if match := re.search(r"ws://([^:]+):(\d+)(/\S+)", line):
                break
        self._connect(match[1], int(match[2]), match[3])
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=self.size[0],
            height=self.size[1],
            deviceScaleFactor=1,
            mobile=self.size[0] < 600,
        )
        return self

    def __exit__(self, *_):
        self._socket.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process.stderr.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, address):
        self.send("Page.navigate", url=address)

    def run(self, expression):
        """Return the value of an expression on the page."""
        answer = self.send(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition, seconds=20):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                if self.run(condition):
                    return
            except AssertionError:
                pass  # the page is not there so far
            time.sleep(0.05)
        raise TimeoutError(condition)

    def click_on(self, selector):
        x, y = self.run(
            f"(() => {{ const e = document.querySelector('{selector}');"
            "e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            "return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        self.tap(x, y)

    def tap(self, x, y, *, is_touch=False):
        if is_touch:
            points = [{"x": x, "y": y}]
            self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=points)
            self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, x, y)

    def drag(self, start, end):
        self._mouse("mousePressed", *start)
        for part in (0.3, 0.7, 1):
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            self._mouse("mouseMoved", x, y)
        self._mouse("mouseReleased", *end)

    def key(self, name):
        text = {"Enter": "\r"}.get(name, name if len(name) == 1 else "")
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=name, **extra)

    def screenshot(self, path):
        data = self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def _mouse(self, kind, x, y):
        self.send(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=0 if kind == "mouseReleased" else 1,
            clickCount=1,
        )

    def send(self, method, **parameters):
        return self._ask(method, self._session, **parameters)

    # The protocol: JSON in the frames of a WebSocket (RFC 6455).

    def _connect(self, host, port, path):
        self._socket = socket.create_connection((host, port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._read(1)

    def _ask(self, method, session=None, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode()
        long = 126 if len(data) < 65536 else 127
        length = (
            struct.pack("!B", 128 | len(data))
            if len(data) < 126
            else struct.pack("!BH" if long == 126 else "!BQ", 128 | long, len(data))
        )
        self._socket.sendall(b"\x81" + length + b"\0\0\0\0" + data)
        while True:
            answer = json.loads(self._message())
            self._note(answer)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _note(self, answer):
        method, parameters = answer.get("method"), answer.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(parameters)

    def _message(self):
        whole = b""
        while True:
            first, length = self._read(2)
            if length == 126:
                (length,) = struct.unpack("!H", self._read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._read(8))
            whole += self._read(length)
            if first & 128:
                return whole

    def _read(self, count):
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                raise ConnectionError("the browser has ended")
            data += part
        return data
