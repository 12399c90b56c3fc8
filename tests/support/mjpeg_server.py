"""A real MJPEG camera on loopback that can be killed, frozen and brought back."""

from __future__ import annotations

import base64
import http.server
import socketserver
import threading

import cv2
import numpy as np


def jpeg(number: int, *, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a picture whose level tells its number."""
    image = np.full((size[1], size[0], 3), number % 256, np.uint8)
    return cv2.imencode(".jpg", image)[1].tobytes()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Say nothing: a client that goes away is what is tested."""


class MjpegServer:
    """Serve pictures 50 times a second until told otherwise.

    Attributes:
        frozen: While set, connections stay open and nothing comes.
        size: Width and height of the pictures.
    """

    def __init__(self, *, user: str = "", port: int = 0) -> None:
        self.frozen = threading.Event()
        self.size = (64, 48)
        self._stop = threading.Event()
        self._user = user
        self._server: _Server | None = None
        self.port = port
        self.start()

    @property
    def url(self) -> str:
        """Return the camera's address."""
        return f"http://127.0.0.1:{self.port}/video"

    def start(self) -> None:
        """Listen, on the same port as before."""
        outer = self
        self._stop = stop = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                if outer._user:
                    token = base64.b64encode(outer._user.encode()).decode()
                    if self.headers.get("Authorization") != f"Basic {token}":
                        self.send_response(401)
                        self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                        return
                self.send_response(200)
                kind = "multipart/x-mixed-replace; boundary=frame"
                self.send_header("Content-Type", kind)
                self.end_headers()
                number = 0
                while not stop.wait(0.02):
                    if outer.frozen.is_set():
                        continue
                    body = jpeg(number, size=outer.size)
                    head = b"--frame\r\nContent-Type: image/jpeg\r\n"
                    head += b"Content-Length: %d\r\n\r\n" % len(body)
                    self.wfile.write(head + body + b"\r\n")
                    number += 1
                self.close_connection = True

        self._server = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.02,), daemon=True).start()

    def kill(self) -> None:
        """Drop every connection and stop listening."""
        self._stop.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
