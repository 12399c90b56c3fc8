"""A video as a stream of pictures, by PyAV: from bytes, or from an address."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from ...frame import Image
from ...image.jpeg import DamagedPictureError
from ...pyav import import_pyav
from ...video_packets import PacketTap
from ..video import ByteStream, PyavReader
from .base import PictureStream, Portion
from .stream_format import H264, HEVC

# FFmpeg looks at five seconds of a stream before it gives the first picture. What is
# needed stands at the beginning; a container with sound needs a little longer.
_BARE: Final = {"probesize": "32768", "analyzeduration": "100000", "fpsprobesize": "0"}
_IN_CONTAINER: Final = {"analyzeduration": "500000", "fpsprobesize": "0"}
_WORDS: Final = {H264: "H.264", HEVC: "H.265"}


class PortionReader:
    """Portions of any size, as PyAV reads them.

    Args:
        portion: Gives the next ones.
        head: Those that were taken already.
    """

    def __init__(self, portion: Portion, head: bytes = b"") -> None:
        self._portion = portion
        self._rest = head

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; none means the end."""
        data = self._rest or self._portion()
        self._rest = data[size:]
        return data[:size]


class VideoStream(PictureStream):
    """The pictures of a video.

    Args:
        target: An address, or an object that gives bytes.
        name: What errors call it, without any password.
        container: ``h264`` or ``hevc`` for a stream without a container; empty means
            that its beginning tells.
        options: More of FFmpeg's options.
        timeouts: Seconds for opening and for each read; None means no limit.
        live: Give each picture as soon as it is whole.
        packets: Where a live one's packets go besides; None means nowhere.

    Raises:
        SourceError: It cannot be opened.
        MissingDependencyError: PyAV is not installed.
    """

    def __init__(
        self,
        target: str | ByteStream,
        *,
        name: str,
        container: str = "",
        options: Mapping[str, str] | None = None,
        timeouts: tuple[float, float] | None = None,
        live: bool = False,
        packets: PacketTap | None = None,
    ) -> None:
        import_pyav(f"Reading {_WORDS.get(container, 'a video')} from {name}")
        usual = (_BARE if container else _IN_CONTAINER) if live else {}
        self._reader = PyavReader(
            target,
            name=name,
            container=container,
            options={**usual, **(options or {})},
            timeouts=timeouts,
            live=live,
            packets=packets,
        )
        self.what = self._reader.codec
        self._states_times = not container
        self._raised = 0
        self._next: tuple[Image, float | None] | None = None

    def take(self) -> tuple[Image, int] | None:
        """Return the next picture and when it was decoded; see the base class."""
        if self._next is None:
            self._next = self._reader.read()
        if self._raised < self._reader.damaged:
            self._raised += 1
            raise DamagedPictureError(f"its {self.what} does not decode")
        picture, self._next = self._next, None
        if picture is None:
            return None
        image, stated_ms = picture
        # The times of a bare stream are FFmpeg's guess: 25 frames per second.
        self.position_ms = stated_ms if self._states_times else None
        return image, time.monotonic_ns()

    def close(self) -> None:
        """Close the file or connection."""
        self._reader.close()
