"""Pictures out of a stream of bytes: JPEG files, raw frames, or a video."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ....errors import SourceError
from ...frame import Image
from ...image.jpeg import DamagedPictureError, JpegQueue
from ...pyav import import_pyav
from ...uri_options import Options
from ..video import PyavReader
from .raw_frames import RAW_FORMATS, RawFrames
from .stream_format import H264, HEAD, HEVC, JPEG, other_format, stream_format

FORMATS: Final = ("auto", JPEG, H264, HEVC, *RAW_FORMATS)
"""What ``format=`` takes; ``auto`` looks at the first bytes."""

_WORDS: Final = {H264: "H.264", HEVC: "H.265"}

Portion = Callable[[], bytes]
"""Waits for the next bytes and returns them; none at the end of the stream."""

# FFmpeg looks at five seconds of a stream before it gives the first picture. What is
# needed stands at the beginning; a container with sound needs a little longer.
_BARE: Final = {"probesize": "32768", "analyzeduration": "100000", "fpsprobesize": "0"}
_IN_CONTAINER: Final = {"analyzeduration": "500000", "fpsprobesize": "0"}


class PictureStream(ABC):
    """The pictures of one stream.

    Attributes:
        what: What the stream is, in words.
        position_ms: The time that the stream states for the last picture; None means
            that it states none.
    """

    what: str
    position_ms: float | None = None

    @abstractmethod
    def take(self) -> tuple[Image, int] | None:
        """Wait for the next picture; return None at the end.

        Returns:
            uint8 (H, W, 3) BGR, and ``time.monotonic_ns()`` when it was whole.

        Raises:
            DamagedPictureError: The next picture arrived damaged; it is taken.
            SourceError: The stream cannot be read.
        """

    def last_words(self) -> str:
        """Return what is to be said at the end of the stream; may be empty."""
        return ""

    def close(self) -> None:  # noqa: B027  most have nothing to let go of
        """Let go of the decoder."""


@dataclass(frozen=True)
class PictureFormat:
    """What the caller says about a stream.

    Attributes:
        pixels: One of :data:`FORMATS`; ``auto`` looks at the first bytes.
        size: Width and height of raw frames; None for others.
    """

    pixels: str = "auto"
    size: tuple[int, int] | None = None

    @classmethod
    def take(cls, options: Options, *, target: str) -> PictureFormat:
        """Take ``format`` and ``size`` from a source's options.

        Args:
            options: Options of the source.
            target: What stands before the ``?``, for the example in an error.

        Raises:
            SourceError: An option is not usable, or raw frames have no size.
        """
        picture_format = cls(
            options.text("format", "auto", one_of=FORMATS), options.size("size")
        )
        picture_format.raw_frames(target)
        return picture_format

    def raw_frames(self, target: str) -> RawFrames | None:
        """Return what cuts raw frames; None means that the stream has none.

        Raises:
            SourceError: The size is absent or impossible.
        """
        if self.pixels not in RAW_FORMATS:
            return None
        if self.size is None:
            raise SourceError(
                f"Raw frames ({self.pixels}) need their size. Write for instance "
                f"'{target}?format={self.pixels}&size=640x480'."
            )
        return RawFrames(self.pixels, self.size)


def open_stream(
    portion: Portion,
    picture_format: PictureFormat = PictureFormat(),
    *,
    name: str,
    live: bool = False,
) -> PictureStream:
    """Open a stream as what the caller says, or as what it is.

    Args:
        portion: Gives the bytes.
        picture_format: What the caller says.
        name: Name of the stream in errors.
        live: Give each picture as soon as it is whole.

    Raises:
        SourceError: The stream cannot be read.
        MissingDependencyError: It is a video, and PyAV is not installed.
    """
    frames = picture_format.raw_frames(name)
    if frames is not None:
        return _RawStream(portion, frames)
    head = b""
    kind = None if picture_format.pixels == "auto" else picture_format.pixels
    while kind is None:
        data = portion()
        head += data
        kind = stream_format(head, is_all=not data or len(head) >= HEAD)
    if kind == JPEG:
        return _JpegStream(portion, head)
    return _VideoStream(portion, head, kind, name=name, live=live)


class _JpegStream(PictureStream):
    def __init__(self, portion: Portion, head: bytes) -> None:
        other = other_format(head)
        self.what = f"jpeg, but it begins like {other}" if other else "jpeg"
        self._portion = portion
        self._queue = JpegQueue()
        self._queue.feed(head)
        self._has_ended = False

    def take(self) -> tuple[Image, int] | None:
        while True:
            picture = self._queue.take()
            if picture is not None or self._has_ended:
                return picture
            data = self._portion()
            if data:
                self._queue.feed(data)
            else:
                self._queue.end()
                self._has_ended = True


class _RawStream(PictureStream):
    def __init__(self, portion: Portion, frames: RawFrames) -> None:
        self.what = frames.what
        self._portion = portion
        self._frames = frames

    def take(self) -> tuple[Image, int] | None:
        while True:
            picture = self._frames.take()
            if picture is not None:
                return picture, time.monotonic_ns()
            data = self._portion()
            if not data:
                return None
            self._frames.feed(data)

    def last_words(self) -> str:
        if not self._frames.missing:
            return ""
        return (
            f"ended {self._frames.missing} bytes before the end of a frame: is it "
            f"really {self.what}?"
        )


class _Bytes:
    """Portions of any size, as PyAV reads them."""

    def __init__(self, portion: Portion, head: bytes) -> None:
        self._portion = portion
        self._rest = head

    def read(self, size: int, /) -> bytes:
        data = self._rest or self._portion()
        self._rest = data[size:]
        return data[:size]


class _VideoStream(PictureStream):
    def __init__(
        self, portion: Portion, head: bytes, kind: str, *, name: str, live: bool
    ) -> None:
        is_bare = kind in (H264, HEVC)
        import_pyav(f"Reading {_WORDS.get(kind, 'a video')} from {name}")
        self._reader = PyavReader(
            _Bytes(portion, head),
            name=name,
            container=kind if is_bare else "",
            options=(_BARE if is_bare else _IN_CONTAINER) if live else None,
            live=live,
        )
        self.what = self._reader.codec
        self._states_times = not is_bare
        self._raised = 0
        self._next: tuple[Image, float | None] | None = None

    def take(self) -> tuple[Image, int] | None:
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
        self._reader.close()
