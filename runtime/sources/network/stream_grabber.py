"""A camera whose connection is a stream of bytes: ``tcp://``, ``udp://``, ``srt://``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from ....errors import SourceError
from ....redaction import redact_address
from ...image.jpeg import ReducedDecoding
from ...late_frame import Stamped
from ...uri_options import Options
from ...video_packets import PacketTap
from ..first_picture import AllDamagedError, FirstPicture
from ..pipe import PictureFormat, PictureStream, VideoStream, open_stream
from ..video import UnknownProtocolError
from .connection import OPEN_S, Connection, LostError
from .silence import why_silent

# A video that is joined midway shows nothing until its next whole picture, in some ten
# seconds later.
_FIRST_TRIES: Final = 1000
_OPTIONS: Final = {
    "rtmp": {"rtmp_live": "live"},
    "rtmps": {"rtmp_live": "live"},
    "srt": {},
}
# What a stream may make FFmpeg open besides its own address: nothing.
_LAYERS: Final = {
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
        try:
            self._first = FirstPicture(self._next, tries=_FIRST_TRIES)
        except BaseException:
            self.close()
            raise
        width, height = self._first.size
        self.mode = f"{width}x{height}, {pictures.what}"

    def read(self) -> Stamped:
        """Wait for the next picture; the stamp is the moment at which it was whole."""
        picture = self._first.take()
        return self._next() if picture is None else picture

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self._pictures.close()
        self._end()

    def _next(self) -> Stamped:
        picture = self._pictures.take()
        if picture is None:
            raise LostError("the other end closed the connection.")
        return picture


class SocketGrabber(StreamGrabber):
    """A program that sends its pictures by TCP or UDP, as rpicam-vid does.

    Args:
        url: ``tcp://host:port`` or ``udp://host:port``, with ``?format=`` and ``size=``
            as for a pipe.
        silence_s: So long may nothing come.
        reduction: How small JPEGs may be decoded; None means whole.
        packets: Where a video's packets go besides; None means nowhere.

    Raises:
        SourceError: Nothing comes from there, or no pictures.
        MissingDependencyError: It sends a video, and PyAV is not installed.
    """

    def __init__(
        self,
        url: str,
        *,
        silence_s: float,
        reduction: ReducedDecoding | None = None,
        packets: PacketTap | None = None,
    ) -> None:
        address, _, query = url.partition("?")
        name = redact_address(address)
        texts = Options(
            f"an address of {url.partition(':')[0]}", dict(parse_qsl(query))
        )
        picture_format = PictureFormat.take(texts, target=name)
        texts.finish()
        self._connection = Connection(address, silence_s=silence_s)
        try:
            pictures = open_stream(
                self._connection.portion,
                picture_format,
                name=name,
                live=True,
                reduction=reduction,
                packets=packets,
            )
            super().__init__(pictures, self._connection.close)
        except (LostError, AllDamagedError) as error:
            self._connection.close()
            raise SourceError(f"Cannot open {name}: {error}") from None
        except BaseException:
            self._connection.close()
            raise

    def _next(self) -> Stamped:
        picture = super()._next()
        self._connection.has_picture()
        return picture


def open_video(
    url: str, *, silence_s: float, packets: PacketTap | None = None
) -> StreamGrabber:
    """Open an address by PyAV's FFmpeg.

    Args:
        url: ``rtmp://``, ``rtmps://`` or ``srt://``.
        silence_s: So long may nothing come.
        packets: Where its packets go besides; None means nowhere.

    Raises:
        SourceError: No video comes from there.
        UnknownProtocolError: This FFmpeg does not know the protocol.
        MissingDependencyError: PyAV is not installed.
    """
    scheme = url.partition(":")[0].lower()
    try:
        pictures = VideoStream(
            url,
            name=redact_address(url),
            options={**_OPTIONS[scheme], "protocol_whitelist": _LAYERS[scheme]},
            timeouts=(OPEN_S, silence_s),
            live=True,
            packets=packets,
        )
    except UnknownProtocolError:
        raise
    except SourceError:
        raise SourceError(
            f"Cannot open {redact_address(url)}: {why_silent(url)}."
        ) from None
    return StreamGrabber(pictures)
