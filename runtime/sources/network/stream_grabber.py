"""A camera whose connection is a stream of bytes: ``tcp://``, ``udp://``, ``srt://``."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ....errors import SourceError
from ....redaction import redact_address
from ...frame import Image
from ...image.jpeg import DamagedPictureError
from ...uri_options import Options
from ..pipe import PictureFormat, PictureStream, VideoStream, open_stream
from .silence import why_unconnected

_OPEN_S: Final = 5.0
_PORTION: Final = 1 << 16
# A picture comes in pieces; with any pause among them it is no live picture.
_PICTURE_S: Final = 10.0
_FIRST_TRIES: Final = 100
_OPTIONS: Final = {
    "udp": {"overrun_nonfatal": "1"},
    "rtmp": {"rtmp_live": "live"},
    "rtmps": {"rtmp_live": "live"},
    "srt": {},
}
# What a stream may make FFmpeg open besides its own address: nothing.
_LAYERS: Final = {
    "udp": "udp",
    "rtmp": "rtmp,tcp",
    "rtmps": "rtmps,rtmp,tls,tcp",
    "srt": "srt",
}


class StreamGrabber:
    """One open connection.

    Args:
        pictures: Its pictures.
        close: Ends the connection.

    Raises:
        SourceError: No picture comes that is whole.
    """

    def __init__(
        self, pictures: PictureStream, close: Callable[[], None] = lambda: None
    ) -> None:
        self._pictures = pictures
        self._end = close
        self._damaged_first = 0
        try:
            self._first: tuple[Image, int] | None = self._whole()
        except BaseException:
            self.close()
            raise
        height, width = self._first[0].shape[:2]
        self.mode = f"{width}x{height}, {pictures.what}"

    def read(self) -> tuple[Image, int]:
        """Wait for the next picture; the stamp is the moment at which it was whole."""
        if self._damaged_first:
            self._damaged_first -= 1
            raise DamagedPictureError("it came before the first whole picture")
        if self._first is not None:
            picture, self._first = self._first, None
            return picture
        return self._next()

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self._pictures.close()
        self._end()

    def _whole(self) -> tuple[Image, int]:
        """Return the first picture that is not damaged."""
        for self._damaged_first in range(_FIRST_TRIES):
            try:
                return self._next()
            except DamagedPictureError:
                continue
        raise SourceError("its pictures arrive damaged, all of them.")

    def _next(self) -> tuple[Image, int]:
        picture = self._pictures.take()
        if picture is None:
            raise SourceError("the other end closed the connection.")
        return picture


class _Connection:
    """A TCP connection, read in portions, each in time."""

    def __init__(self, url: str, *, silence_s: float) -> None:
        parts = urlsplit(url)
        if parts.port is None:
            raise SourceError(
                f"Cannot open {redact_address(url)}: a tcp:// address needs its port. "
                "Write for instance tcp://raspberrypi.local:8888."
            )
        self._silence_s = silence_s
        self._whole_by = time.monotonic() + _OPEN_S + _PICTURE_S
        try:
            self._socket = socket.create_connection(
                (parts.hostname or "", parts.port), _OPEN_S
            )
        except (OSError, UnicodeError) as error:
            raise SourceError(
                f"Cannot open {redact_address(url)}: {why_unconnected(error, url)}."
            ) from error
        # The camera's program may need some seconds before its first picture.
        self._socket.settimeout(_OPEN_S)

    def portion(self) -> bytes:
        if time.monotonic() > self._whole_by:
            raise SourceError(f"no whole picture came for {_PICTURE_S:.0f} s.")
        try:
            data = self._socket.recv(_PORTION)
        except OSError:
            raise SourceError("no picture came any more.") from None
        self._socket.settimeout(self._silence_s)
        return data

    def has_picture(self) -> None:
        self._whole_by = time.monotonic() + _PICTURE_S

    def close(self) -> None:
        self._socket.close()


class TcpGrabber(StreamGrabber):
    """A program that serves its pictures on a TCP port, as rpicam-vid does.

    Args:
        url: ``tcp://host:port``, with ``?format=`` and ``size=`` as for a pipe.
        silence_s: So long may nothing come.

    Raises:
        SourceError: Nothing answers there, or not with pictures.
        MissingDependencyError: It sends a video, and PyAV is not installed.
    """

    def __init__(self, url: str, *, silence_s: float) -> None:
        name, _, query = url.partition("?")
        texts = Options("a tcp:// address", dict(parse_qsl(query)))
        picture_format = PictureFormat.take(texts, target=redact_address(name))
        texts.finish()
        self._connection = _Connection(name, silence_s=silence_s)
        try:
            pictures = open_stream(
                self._connection.portion,
                picture_format,
                name=redact_address(name),
                live=True,
            )
        except BaseException:
            self._connection.close()
            raise
        super().__init__(pictures, self._connection.close)

    def _next(self) -> tuple[Image, int]:
        picture = super()._next()
        self._connection.has_picture()
        return picture


def open_video(url: str, *, silence_s: float) -> StreamGrabber:
    """Open an address by PyAV's FFmpeg.

    Args:
        url: ``udp://``, ``rtmp://``, ``rtmps://`` or ``srt://``.
        silence_s: So long may nothing come.

    Raises:
        SourceError: No video comes from there.
        UnknownProtocolError: This FFmpeg does not know the protocol.
        MissingDependencyError: PyAV is not installed.
    """
    scheme = url.partition(":")[0].lower()
    pictures = VideoStream(
        url,
        name=redact_address(url),
        options={**_OPTIONS[scheme], "protocol_whitelist": _LAYERS[scheme]},
        timeouts=(_OPEN_S, silence_s),
        live=True,
    )
    return StreamGrabber(pictures)
