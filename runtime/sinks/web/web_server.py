"""A small HTTP server for one page, one status and one stream of pictures.

One thread with one event loop serves everybody. Whoever reads slowly misses pictures;
whoever sends too much, too slowly or too often is cut off. Nothing here waits for a
viewer, and no file is ever opened.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Final
from urllib.parse import parse_qs, urlsplit

from .web_page import PAGE, POLICY

logger = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 64
MAX_VIEWERS: Final = 16
_MAX_HEAD_BYTES: Final = 8192
_HEAD_TIMEOUT_S: Final = 5.0
_SEND_TIMEOUT_S: Final = 10.0
_STUCK_S: Final = 20.0
_SEND_BUFFER_BYTES: Final = 1 << 18
_REQUEST: Final = re.compile(rb"([A-Z]{1,10}) (/[!-~]{0,2000}) HTTP/1\.[01]\r\n")
_HOST: Final = re.compile(rb"(?i)\r\nhost:[ \t]*([^\r\n]*)\r\n")
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_BOUNDARY: Final = b"edgevision-frame"


class _Viewer:
    """Remember one connection that gets pictures."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.transport = transport
        self.last_s = time.monotonic()


class _Connection(asyncio.StreamReaderProtocol):
    """Let a connection in, and keep it on the list of those to cut off at the end."""

    def __init__(
        self,
        answer: Callable[
            [asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]
        ],
        transports: set[asyncio.Transport],
    ) -> None:
        super().__init__(asyncio.StreamReader(limit=_MAX_HEAD_BYTES), answer)
        self._transports = transports
        self._mine: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._mine = transport
            self._transports.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._mine is not None:
            self._transports.discard(self._mine)
        super().connection_lost(error)


class WebServer:
    """Serve the page until closed.

    Args:
        listener: A bound socket; taken over.
        status: Gives the status as JSON.
        wanted: Called (in the server's thread) when somebody waits for a picture.
        token: What every request must carry as ``?token=``; empty for none.
        loopback: Answer only requests to this very machine's name, so that a page from
            elsewhere cannot read this one through the browser.
    """

    def __init__(
        self,
        listener: socket.socket,
        *,
        status: Callable[[], bytes],
        wanted: Callable[[], None],
        token: str = "",
        loopback: bool = True,
    ) -> None:
        self._listener = listener
        self._status = status
        self._wanted = wanted
        self._token = token
        self._loopback = loopback
        self._open = 0
        # Who has not asked for anything yet, in the order in which they came.
        self._silent: dict[asyncio.WriteTransport, None] = {}
        self._transports: set[asyncio.Transport] = set()
        self._viewers: set[_Viewer] = set()
        self._waiting: set[asyncio.Future[bytes]] = set()
        self._loop = asyncio.new_event_loop()
        self._ended: asyncio.Event | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="edgevision-web", daemon=True
        )

    @property
    def watched(self) -> bool:
        """Tell whether anybody wants a picture now."""
        return bool(self._viewers or self._waiting)

    @property
    def is_alive(self) -> bool:
        """Tell whether the server runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._started.wait(10)

    def publish(self, jpeg: bytes) -> None:
        """Hand one picture to everybody who watches; from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._send, jpeg)
        except RuntimeError:
            return  # the loop is closed already

    def close(self) -> None:
        """Cut everybody off and end the thread."""
        if self._thread.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._end)
            except RuntimeError:
                return
            self._thread.join(5)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._started.set()
            self._loop.close()

    async def _serve(self) -> None:
        # Whatever strangers do to a connection is no news for the user's terminal.
        self._loop.set_exception_handler(
            lambda _loop, context: logger.debug("web page: %s", context.get("message"))
        )
        self._ended = asyncio.Event()
        server = await self._loop.create_server(
            lambda: _Connection(self._answer, self._transports), sock=self._listener
        )
        self._started.set()
        await self._ended.wait()
        # Nobody new; who is being let in just now must be in to be cut off, and must be
        # so before the server closes (asyncio loses such a socket otherwise).
        self._loop.remove_reader(self._listener)
        await _rounds(5)
        server.close()
        for transport in tuple(self._transports):
            transport.abort()
        await _rounds(5)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:  # those who wait for a picture
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _rounds(5)

    def _end(self) -> None:
        if self._ended is not None:
            self._ended.set()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._open >= MAX_CONNECTIONS and not self._silence():
            writer.transport.abort()
            return
        self._open += 1
        try:
            await self._converse(reader, writer)
            writer.close()
            await asyncio.wait_for(writer.wait_closed(), _SEND_TIMEOUT_S)
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the other side went away, or is too slow
        except asyncio.CancelledError:
            # The server ends. Let through, it would be printed for every connection by
            # the asyncio of Python 3.10 and 3.11.
            pass
        finally:
            self._open -= 1
            writer.transport.abort()

    def _silence(self) -> bool:
        """Cut off who has been silent for longest, so that an honest browser gets in.

        Returns:
            Whether there was one.
        """
        oldest = next(iter(self._silent), None)
        if oldest is None:
            return False
        del self._silent[oldest]
        oldest.abort()
        return True

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._silent[writer.transport] = None
        try:
            head = await asyncio.wait_for(
                reader.readuntil(b"\r\n\r\n"), _HEAD_TIMEOUT_S
            )
        except asyncio.LimitOverrunError:
            await self._reply(writer, 431, b"the request is too long\n")
            return
        finally:
            self._silent.pop(writer.transport, None)
        match = _REQUEST.match(head)
        if not match:
            await self._reply(writer, 400, b"this is not a request for a page\n")
            return
        if match[1] not in (b"GET", b"HEAD"):
            await self._reply(writer, 405, b"this page is only read\n")
            return
        try:
            target = urlsplit(match[2].decode("ascii"))
            query = parse_qs(target.query, max_num_fields=16)
        except ValueError:
            await self._reply(writer, 400, b"this is not a usable address\n")
            return
        if not self._is_allowed(head, query):
            text = b"open the whole address that the run has printed\n"
            await self._reply(writer, 403, text)
            return
        only_head = match[1] == b"HEAD"
        if target.path == "/":
            kind = "text/html; charset=utf-8"
            await self._reply(writer, 200, PAGE.encode(), kind, only_head=only_head)
        elif target.path == "/status.json":
            kind = "application/json"
            await self._reply(writer, 200, self._status(), kind, only_head=only_head)
        elif target.path == "/snapshot.jpg":
            await self._snapshot(writer)
        elif target.path == "/stream.mjpg" and not only_head:
            await self._stream(reader, writer)
        else:
            await self._reply(writer, 404, b"there is no such page\n")

    def _is_allowed(self, head: bytes, query: dict[str, list[str]]) -> bool:
        if self._token:
            given = query.get("token", [""])[0]
            return hmac.compare_digest(given.encode(), self._token.encode())
        if not self._loopback:
            return True
        match = _HOST.search(head)
        if not match:
            return False
        try:
            name = urlsplit("//" + match[1].decode("ascii").strip()).hostname
        except ValueError:
            return False
        return name is not None and is_loopback(name)

    async def _reply(
        self,
        writer: asyncio.StreamWriter,
        status: int,
        body: bytes,
        kind: str = "text/plain; charset=utf-8",
        *,
        only_head: bool = False,
    ) -> None:
        writer.write(_head(status, kind, len(body)) + (b"" if only_head else body))
        await asyncio.wait_for(writer.drain(), _SEND_TIMEOUT_S)

    async def _snapshot(self, writer: asyncio.StreamWriter) -> None:
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._waiting.add(future)
        self._wanted()
        try:
            jpeg = await asyncio.wait_for(future, _HEAD_TIMEOUT_S)
        except asyncio.TimeoutError:
            await self._reply(writer, 503, b"there is no picture yet\n")
        else:
            await self._reply(writer, 200, jpeg, "image/jpeg")
        finally:
            self._waiting.discard(future)

    async def _stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(self._viewers) >= MAX_VIEWERS:
            await self._reply(writer, 503, b"too many people watch already\n")
            return
        connection = writer.get_extra_info("socket")
        # What lies in the system's buffer is old before it is seen.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        kind = "multipart/x-mixed-replace; boundary=" + _BOUNDARY.decode()
        writer.write(_head(200, kind) + b"--" + _BOUNDARY + b"\r\n")
        viewer = _Viewer(writer.transport)
        self._viewers.add(viewer)
        self._wanted()
        try:
            # A viewer has nothing more to say: data or the end, both are the end.
            await reader.read(1)
        finally:
            self._viewers.discard(viewer)
            writer.transport.abort()

    def _send(self, jpeg: bytes) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(jpeg)
        # The boundary stands behind the picture: browsers show it when they see that.
        part = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        part += jpeg + b"\r\n--" + _BOUNDARY + b"\r\n"
        now = time.monotonic()
        for viewer in tuple(self._viewers):
            if viewer.transport.get_write_buffer_size():
                if now - viewer.last_s > _STUCK_S:
                    viewer.transport.abort()
                continue  # still busy with an older one
            viewer.transport.write(part)
            viewer.last_s = now


def is_loopback(host: str) -> bool:
    """Tell whether a name is this very machine's: localhost, 127.x.x.x or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _rounds(count: int) -> None:
    """Let the loop go around: sockets open and close between two of its rounds."""
    for _ in range(count):
        await asyncio.sleep(0)


def _head(status: int, kind: str, length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {_REASONS[status]}",
        f"Content-Type: {kind}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        f"Content-Security-Policy: {POLICY}",
        "Connection: close",
    ]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
