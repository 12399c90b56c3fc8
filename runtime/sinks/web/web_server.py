"""A small HTTP server for one page, one status and one stream of pictures.

One thread with one event loop serves all connections. A slow reader misses pictures; a
connection that sends too much, too slowly or too often is closed. Nothing here waits
for a viewer, and no file is ever opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from .http_messages import (
    PageRequest,
    RefusedError,
    answer_head,
    is_loopback,
    read_request,
)
from .viewers import Viewers
from .web_page import PAGE

logger = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 64
NO_PAGES: Final[Mapping[str, Callable[[], tuple[str, bytes]]]] = {}
_WAITING: Final = 64
_OWN_FILES: Final = 48  # what a run with several sinks has open itself
_MAX_HEAD_BYTES: Final = 8192
_HEAD_TIMEOUT_S: Final = 5.0
_SEND_TIMEOUT_S: Final = 10.0


class _Connection(asyncio.StreamReaderProtocol):
    """A connection, on the list of those to cut off at the end."""

    def __init__(
        self,
        answer: Callable[
            [asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]
        ],
        transports: set[asyncio.Transport],
    ) -> None:
        super().__init__(asyncio.StreamReader(limit=_MAX_HEAD_BYTES), answer)
        self._transports = transports
        self._own: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._own = transport
            self._transports.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own is not None:
            self._transports.discard(self._own)
        super().connection_lost(error)


class WebServer:
    """The server of the page.

    Args:
        listener: A bound socket; taken over.
        status: Returns the status as JSON.
        on_wanted: Called without arguments, in the server's thread, when somebody
            begins to wait for a picture.
        token: What every request must carry as ``?token=``; empty means that none is
            needed.
        loopback: Answer only requests to this very machine's name, so that a page from
            elsewhere cannot read this one through the browser.
        pages: Path -> what makes the type and content of a further page, in a thread.
    """

    def __init__(
        self,
        listener: socket.socket,
        *,
        status: Callable[[], bytes],
        on_wanted: Callable[[], None],
        token: str = "",
        loopback: bool = True,
        pages: Mapping[str, Callable[[], tuple[str, bytes]]] = NO_PAGES,
    ) -> None:
        self._listener, self._pages = listener, pages
        self._status = status
        self._token = token
        self._loopback = loopback
        self._open = 0
        self._most = most_connections()
        # Connections without a request so far, in the order in which they came.
        self._silent: dict[asyncio.WriteTransport, None] = {}
        self._transports: set[asyncio.Transport] = set()
        self._viewers = Viewers(on_wanted)
        self._loop = asyncio.new_event_loop()
        self._ended: asyncio.Event | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="edgevision-web", daemon=True
        )

    @property
    def is_watched(self) -> bool:
        """Return whether anybody wants a picture now."""
        return self._viewers.is_picture_wanted

    @property
    def is_alive(self) -> bool:
        """Return whether the server runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the server's thread."""
        self._thread.start()
        self._started.wait(10)

    def publish(self, jpeg: bytes, contents: bytes) -> None:
        """Give one picture to everybody who watches; may be called from any thread.

        Args:
            jpeg: The picture.
            contents: What is in it, as one line of ASCII JSON.
        """
        try:
            self._loop.call_soon_threadsafe(self._viewers.send, jpeg, contents)
        except RuntimeError:
            return  # the loop is closed already

    def close(self) -> None:
        """Close all connections and end the thread."""
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
        # What strangers do to a connection does not belong on the user's terminal.
        self._loop.set_exception_handler(
            lambda _loop, context: logger.debug("web page: %s", context.get("message"))
        )
        self._ended = asyncio.Event()
        server = await self._loop.create_server(
            lambda: _Connection(self._answer, self._transports),
            sock=self._listener,
            # asyncio accepts so many at a time, and needs four rounds of its loop until
            # those that are too many are closed.
            backlog=max(1, min(16, self._most // 4)),
        )
        self._listener.listen(_WAITING)  # the system's own queue may be longer
        self._started.set()
        await self._ended.wait()
        # No new connections. One that is being accepted right now must be accepted
        # before the server closes: asyncio loses its socket otherwise.
        self._loop.remove_reader(self._listener)
        await _rounds(5)
        with contextlib.suppress(OSError):
            # A process that was forked meanwhile has a copy, and would go on listening.
            self._listener.shutdown(socket.SHUT_RDWR)
        server.close()
        for transport in tuple(self._transports):
            transport.abort()
        await _rounds(5)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:  # those that wait for a picture
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _rounds(5)

    def _end(self) -> None:
        if self._ended is not None:
            self._ended.set()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._open >= self._most and not self._silence():
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
        """Close the connection that has been silent for longest.

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
        try:
            request = read_request(await self._head_of(reader, writer))
            self._check(request)
            if request.path == "/stream.mjpg" and not request.is_head:
                await self._viewers.watch(reader, writer)
                return
            kind, body = await self._page(request)
            status = 200
        except RefusedError as refusal:
            kind, body = "text/plain; charset=utf-8", f"{refusal}\n".encode()
            status, request = refusal.status, None
        is_head = request is not None and request.is_head
        writer.write(answer_head(status, kind, len(body)) + (b"" if is_head else body))
        await asyncio.wait_for(writer.drain(), _SEND_TIMEOUT_S)

    async def _head_of(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        self._silent[writer.transport] = None
        try:
            end = reader.readuntil(b"\r\n\r\n")
            return await asyncio.wait_for(end, _HEAD_TIMEOUT_S)
        except asyncio.LimitOverrunError:
            raise RefusedError(431, "the request is too long") from None
        finally:
            self._silent.pop(writer.transport, None)

    def _check(self, request: PageRequest) -> None:
        """Refuse requests of foreign pages, without the token, or for another host."""
        if request.is_foreign:
            raise RefusedError(403, "only this page itself may load its parts")
        if self._token:
            known = hmac.compare_digest(request.token.encode(), self._token.encode())
        else:
            known = not self._loopback or is_loopback(request.host)
        if not known:
            raise RefusedError(403, "open the whole address that the run has printed")

    async def _page(self, request: PageRequest) -> tuple[str, bytes]:
        """Return the type and the content of a page."""
        if request.path == "/":
            return "text/html; charset=utf-8", PAGE.encode()
        if request.path == "/status.json":
            return "application/json", self._status()
        if request.path == "/snapshot.jpg":
            jpeg = await self._viewers.next_picture(_HEAD_TIMEOUT_S)
            return "image/jpeg", jpeg
        if request.path in self._pages:
            return await asyncio.to_thread(self._pages[request.path])
        raise RefusedError(404, "there is no such page")


def most_connections() -> int:
    """Return how many connections are served: viewers must not use up all files.

    A service may be limited to 64 open files, and the other sinks need theirs.
    """
    try:
        import resource
    except ImportError:
        return MAX_CONNECTIONS
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    # As many again may have been accepted and not been looked at so far.
    return max(4, min(MAX_CONNECTIONS, (limit - _OWN_FILES) // 3))


async def _rounds(count: int) -> None:
    """Let the event loop run: sockets open and close between two of its rounds."""
    for _ in range(count):
        await asyncio.sleep(0)
