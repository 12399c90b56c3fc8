"""A small HTTP server for the page on which regions are drawn."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
import socketserver
import threading
from typing import Any, Final

from ...errors import EdgeVisionError, SinkError
from ..closing import Closing
from ..sinks.web import (
    RefusedError,
    answer_head,
    is_loopback,
    page_address,
    read_request,
)
from .region_editor import RegionEditor
from .region_page import PAGE, POLICY

_MAX_HEAD_BYTES: Final = 8192
_MAX_BODY_BYTES: Final = 500_000
_PATIENCE_S: Final = 10.0
_MOST_CONNECTIONS: Final = 16


class RegionServer(Closing):
    """Serves the page until it is closed.

    The page writes a file, so every request needs the token, on loopback as well, and
    none may come from another page.

    Args:
        editor: What it shows and writes.
        host: Where to listen.
        port: 0 takes a free one.

    Raises:
        SinkError: The port is in use or not permitted.

    Attributes:
        address: What to open in a browser; the token is part of it.
    """

    def __init__(
        self, editor: RegionEditor, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        token = secrets.token_urlsafe(16)
        try:
            self._server = _Server(host, port, editor, token)
        except OSError as error:
            raise SinkError(
                f"Cannot serve the page on port {port} of {host}: {error.strerror}. "
                "Choose another port: --port 8091"
            ) from error
        self.address = page_address(host, self._server.server_address[1], token)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="edgevision-regions", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End the server; may be called twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(5)
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, host: str, port: int, editor: RegionEditor, token: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.editor, self.token = editor, token
        self.is_local = is_loopback(host)
        self.places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self.places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: what strangers send does not belong on the terminal."""


class _Handler(socketserver.StreamRequestHandler):
    timeout = _PATIENCE_S
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            try:
                kind, body = self._answer()
                status = 200
            except RefusedError as refusal:
                kind, body = "text/plain; charset=utf-8", f"{refusal}\n".encode()
                status = refusal.status
            self.wfile.write(answer_head(status, kind, len(body), POLICY) + body)

    def _answer(self) -> tuple[str, bytes]:
        head = self._head()
        request = read_request(head, methods=(b"GET", b"POST"))
        if request.is_foreign:
            raise RefusedError(403, "only this page itself may load its parts")
        known = hmac.compare_digest(request.token.encode(), self.server.token.encode())
        if not known or (self.server.is_local and not is_loopback(request.host)):
            raise RefusedError(403, "open the whole address that was printed")
        is_post = head.startswith(b"POST ")
        editor = self.server.editor
        if request.path == "/regions.json":
            try:
                data = editor.save(self._body(head)) if is_post else editor.load()
            except EdgeVisionError as error:
                raise RefusedError(400, str(error)) from error
            return "application/json", json.dumps(data).encode()
        if is_post:
            raise RefusedError(405, "this is only read")
        if request.path == "/":
            return "text/html; charset=utf-8", PAGE.encode()
        if request.path == "/picture.jpg":
            jpeg = editor.picture()
            if not jpeg:
                raise RefusedError(503, "waiting for the first picture")
            return "image/jpeg", jpeg
        raise RefusedError(404, "there is no such page")

    def _head(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(_MAX_HEAD_BYTES)
            head += line
            if not line.endswith(b"\n") or len(head) > _MAX_HEAD_BYTES:
                raise RefusedError(431, "the request is too long, or ends too early")
        return head

    def _body(self, head: bytes) -> Any:
        """Return the JSON that the page sends.

        Only ``application/json``: another site's form cannot send that without asking.
        """
        fields = {}
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            fields[name.strip().lower()] = value.strip()
        if fields.get(b"content-type", b"").split(b";")[0] != b"application/json":
            raise RefusedError(400, "expected application/json")
        length = fields.get(b"content-length", b"")
        if not length.isdigit() or len(length) > 8 or int(length) > _MAX_BODY_BYTES:
            raise RefusedError(400, "expected at most 500 kB")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise RefusedError(400, "this is no JSON") from None
