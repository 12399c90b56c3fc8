"""Everybody who gets pictures: a stream without an end, or a single one."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .http_messages import RefusedError, answer_head

MAX_VIEWERS: Final = 16
_STUCK_S: Final = 20.0
_SEND_BUFFER_BYTES: Final = 1 << 18
_BOUNDARY: Final = b"edgevision-frame"
_STREAM: Final = "multipart/x-mixed-replace; boundary=" + _BOUNDARY.decode()


@dataclass(eq=False)
class _Viewer:
    """A connection that gets every picture that it is fast enough for."""

    transport: asyncio.WriteTransport
    last_s: float = field(default_factory=time.monotonic)


class Viewers:
    """The viewers of a stream; all of it runs in the server's event loop.

    Args:
        on_wanted: Called without arguments when somebody begins to wait for a picture.
    """

    def __init__(self, on_wanted: Callable[[], None]) -> None:
        self._on_wanted = on_wanted
        self._viewers: set[_Viewer] = set()
        self._waiting: set[asyncio.Future[bytes]] = set()

    def __len__(self) -> int:
        return len(self._viewers)

    @property
    def is_picture_wanted(self) -> bool:
        """Return whether anybody waits for a picture now."""
        return bool(self._viewers or self._waiting)

    async def next_picture(self, timeout_s: float) -> bytes:
        """Wait for one picture and return its JPEG.

        Raises:
            RefusedError: None came in time.
        """
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        self._on_wanted()
        try:
            return await asyncio.wait_for(future, timeout_s)
        except asyncio.TimeoutError:
            raise RefusedError(503, "there is no picture yet") from None
        finally:
            self._waiting.discard(future)

    async def watch(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Keep a connection among the viewers until it ends.

        Raises:
            RefusedError: There are too many already.
        """
        if len(self._viewers) >= MAX_VIEWERS:
            raise RefusedError(503, f"{MAX_VIEWERS} people watch already")
        connection = writer.get_extra_info("socket")
        # What lies in the system's buffer is old before it is seen.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        writer.write(answer_head(200, _STREAM) + b"--" + _BOUNDARY + b"\r\n")
        viewer = _Viewer(writer.transport)
        self._viewers.add(viewer)
        self._on_wanted()
        try:
            # A viewer has nothing more to say: data or the end, both are the end.
            await reader.read(1)
        finally:
            self._viewers.discard(viewer)
            writer.transport.abort()

    def send(self, jpeg: bytes, contents: bytes) -> None:
        """Give everybody a picture.

        Args:
            jpeg: The picture.
            contents: What is in it, as one line of ASCII JSON: a header of its part of
                the stream, so that a page can show both together.
        """
        for future in self._waiting:
            if not future.done():
                future.set_result(jpeg)
        # The boundary stands behind the picture: browsers show it when they see that.
        part = (
            b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n"
            b"X-EdgeVision: %s\r\n\r\n%s\r\n--%s\r\n"
        ) % (len(jpeg), contents, jpeg, _BOUNDARY)
        now = time.monotonic()
        for viewer in tuple(self._viewers):
            if viewer.transport.get_write_buffer_size():
                if now - viewer.last_s > _STUCK_S:
                    viewer.transport.abort()
                continue  # still busy with an older one
            viewer.transport.write(part)
            viewer.last_s = now
