"""Streams of bytes, opened as what they are: JPEG files, raw frames, a video."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from ....errors import SourceError
from ...image.jpeg import JpegQueue, ReducedDecoding
from ...late_frame import Stamped
from ...uri_options import Options
from ...video_packets import PacketTap
from .base import PictureStream, Portion
from .raw_frames import RAW_FORMATS, RawFrames
from .stream_format import (
    H264,
    HEAD,
    HEVC,
    JPEG,
    VIDEO,
    other_format,
    stream_format,
)
from .video_stream import PortionReader, VideoStream

FORMATS: Final = ("auto", JPEG, H264, HEVC, *RAW_FORMATS)
"""What ``format=`` takes; ``auto`` looks at the first bytes."""


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
    path: str | None = None,
    reduction: ReducedDecoding | None = None,
    packets: PacketTap | None = None,
) -> PictureStream:
    """Open a stream as what the caller says, or as what it is.

    Args:
        portion: Gives the bytes.
        picture_format: What the caller says.
        name: Name of the stream in errors.
        live: Give each picture as soon as it is whole.
        path: The file that the bytes come from, where it can be sought in.
        reduction: How small JPEGs may be decoded; None means whole.
        packets: Where a live video's packets go besides; None means nowhere.

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
        return _JpegStream(portion, head, reduction)
    return VideoStream(
        path or PortionReader(portion, head),
        name=name,
        container="" if kind == VIDEO else kind,
        live=live,
        packets=packets,
    )


class _JpegStream(PictureStream):
    def __init__(
        self, portion: Portion, head: bytes, reduction: ReducedDecoding | None
    ) -> None:
        other = other_format(head)
        self.what = f"jpeg, but it begins like {other}" if other else "jpeg"
        self._portion = portion
        self._queue = JpegQueue(reduction=reduction)
        self._queue.feed(head)
        self._has_ended = False

    def take(self) -> Stamped | None:
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

    def take(self) -> Stamped | None:
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
