"""A server on loopback that answers each connection as a test says, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

OK = b"HTTP/1.1 200 OK\r\n"
PARTS = OK + b"Content-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def part(body: bytes) -> bytes:
    """Return one picture of a multipart answer."""
    head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body + b"\r\n"


class ScriptedServer:
    """Listen until closed; use it as a context manager.

    Args:
        answer: Called in a thread with each connection and the bytes of its request.

    Attributes:
        requests: What was asked for, in order.
    """

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def url(self, path: str = "/video", login: str = "") -> str:
        """Return an address on this server."""
        return f"http://{login}127.0.0.1:{self.port}{path}"

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
        self._socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                data = connection.recv(4096)
                if not data:
                    return
                request += data
            self.requests.append(request)
            self._answer(connection, request)
