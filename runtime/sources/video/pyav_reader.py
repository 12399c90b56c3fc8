"""Videos through PyAV, the extra ``video``: files, addresses and pipes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import cv2
import numpy as np

from ....errors import SourceError
from ...frame import Image
from ...pyav import import_pyav
from ...video_packets import PacketTap
from .codecs import codec_name, codec_of_file
from .packet_copy import PacketCopy
from .size_limit import check_size, most_pixels

# AVI has times of decoding alone; what FFmpeg makes of them is out of order.
_DECODING_TIMES: Final = frozenset({"avi"})
# Turns counter-clockwise, as PyAV states them, and what makes such a picture upright.
_UPRIGHT: Final = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}
# Of these FFmpeg returns half a picture as a whole one. Others state what is corrupt,
# and to be strict with them refuses whole cameras for a slip in a header.
_STRICT: Final = frozenset({"mjpeg"})
# A stream that never sends a whole picture again (intra refresh) must not stop.
_LONGEST_SKIP: Final = 300


class ByteStream(Protocol):
    """What PyAV can read a video from besides a name: a pipe, a socket."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; none means the end."""
        ...


class UnknownProtocolError(SourceError):
    """An address of a kind that this build of FFmpeg cannot open."""


class PyavReader:
    """A video as PyAV reads it: H.264, H.265, AV1 and what else FFmpeg decodes.

    A picture that does not decode is left out, and so are those that build on it, up
    to the next whole one (an H.264 stream has one every few seconds): none of them
    shows what the camera saw.

    Args:
        target: The path of a file, an address, or an object that gives bytes.
        name: What errors call it, without any password; a path by default.
        container: FFmpeg's name of the format (``h264``, ``mpegts``), for a stream
            whose beginning does not tell.
        options: FFmpeg's options of the protocol and the format.
        timeouts: Seconds for opening and for each read; None means no limit.
        live: A camera: pictures come as soon as they can, not several at a time.
        packets: Where a camera's packets go besides; None means nowhere.

    Raises:
        SourceError: It cannot be opened, has no video, or no decoder fits.
        MissingDependencyError: PyAV is not installed.
    """

    def __init__(
        self,
        target: str | os.PathLike[str] | ByteStream,
        *,
        name: str = "",
        container: str = "",
        options: Mapping[str, str] | None = None,
        timeouts: tuple[float, float] | None = None,
        live: bool = False,
        packets: PacketTap | None = None,
    ) -> None:
        self._av = import_pyav("Reading this video")
        self.name = name or str(target)
        self._live = live
        self._packets = packets if live else None
        self.damaged = 0
        self._broken_off = False
        self._container: Any = self._open(target, container, options, timeouts)
        try:
            self._stream = self._video_stream(target)
            self._start()
        except BaseException:
            self.close()
            raise

    def _open(
        self,
        target: str | os.PathLike[str] | ByteStream,
        container: str,
        options: Mapping[str, str] | None,
        timeouts: tuple[float, float] | None,
    ) -> Any:
        source = os.fspath(target) if isinstance(target, os.PathLike) else target
        # FFmpeg decodes pictures already to learn what the stream is.
        limit = {"max_pixels": str(most_pixels())}
        settings: dict[str, Any] = {"options": {**(options or {}), **limit}}
        settings["metadata_errors"] = "replace"  # titles of old files are no UTF-8
        settings["metadata_errors"] = "replace"  # titles of old files are no UTF-8
        if container:
            settings["format"] = container
        if timeouts:
            settings["timeout"] = timeouts
        try:
            return self._av.open(source, "r", **settings)
        except (self._av.FFmpegError, OSError, ValueError) as error:
            sentence = self._cannot_read(_reason(error))
            if isinstance(error, self._av.error.ProtocolNotFoundError):
                raise UnknownProtocolError(sentence) from None
            # FFmpeg's own error repeats an address with its password.
            cause = None if "://" in str(source) else error
            raise SourceError(sentence) from cause

    def _cannot_read(self, reason: str) -> str:
        return f"Cannot read {self.name} as a video: {reason}."

    def _video_stream(self, target: object) -> Any:
        streams = self._container.streams.video
        if not streams:
            raise SourceError(self._cannot_read("it holds no video"))
        stream = self._container.streams.best("video") or streams[0]
        if stream.codec_context is None:
            is_file = isinstance(target, (str, os.PathLike))
            codec = codec_of_file(str(target)) if is_file else ""
            raise SourceError(
                f"Cannot read {self.name}: FFmpeg has no decoder for its video"
                f"{f' ({codec})' if codec else ''}. Convert it with the program that "
                "made it, to H.264 in .mp4"
            )
        return stream

    def _start(self) -> None:
        stream = self._stream
        context = stream.codec_context
        check_size(self.name, context.width, context.height)
        strict = {"err_detect": "explode"} if context.name in _STRICT else {}
        # A stream may change its size later: such pictures count as damaged.
        context.options = {"max_pixels": str(most_pixels()), **strict}
        stream.thread_type = "SLICE" if self._live else "AUTO"
        if self._live:
            context.flags |= self._av.codec.context.Flags.low_delay
        rate = stream.average_rate or stream.guessed_rate
        fps = float(rate) if rate else 0.0
        self.fps = fps if 0 < fps < 1000 else 0.0
        self.codec = codec_name(context.name)
        self.size = (context.width, context.height)
        self._tick_ms = 1000 * float(stream.time_base) if stream.time_base else 0.0
        self.expected_s = self._length_s()
        # Matroska states a length alone.
        self.expected_frames = stream.frames or round(self.expected_s * self.fps)
        self._copy: PacketCopy | None = None
        if self._packets is not None and PacketCopy.can_copy(context):
            self._copy = PacketCopy(self._packets, stream)
        self._uses_dts = self._container.format.name in _DECODING_TIMES
        # One for all pictures: each keeps tables of its own.
        self._reformatter = self._av.video.reformatter.VideoReformatter()
        self._pictures = self._decode()

    def read(self) -> tuple[Image, float | None] | None:
        """Return the next picture and its time in milliseconds; None at the end.

        Raises:
            SourceError: The connection is lost, or a file cannot be read any further.
        """
        return next(self._pictures, None)

    def close(self) -> None:
        """Close the file or connection."""
        self._container.close()

    def _length_s(self) -> float:
        stream = self._stream
        if stream.duration and self._tick_ms:
            return float(stream.duration * self._tick_ms / 1000)
        if not self._container.duration:
            return 0.0
        # Matroska states the end, and not how long it is until then.
        begin = self._container.start_time or 0
        return float(self._container.duration - max(0, begin)) / 1e6

    def _decode(self) -> Iterator[tuple[Image, float | None]]:
        whole = True  # no picture that this one builds on is missing
        skipped = 0
        for frames in self._frames():
            if frames is None:
                whole, skipped = False, skipped + 1
                continue
            for frame in frames:
                if frame.is_corrupt:
                    whole, skipped = False, skipped + 1
                    continue
                if not whole and not frame.key_frame and skipped < _LONGEST_SKIP:
                    skipped += 1
                    continue
                whole = True
                # Those at the very end of a file belong to where it is cut off.
                self.damaged, skipped = self.damaged + skipped, 0
                yield self._upright(frame), self._time_of(frame)
        if self._live:
            self.damaged += skipped
        if skipped and self.size == (0, 0):
            raise SourceError(
                f"Cannot read {self.name}: its pictures are damaged, or have more than "
                f"{most_pixels()} pixels."
            )

    def _frames(self) -> Iterator[list[Any] | None]:
        """Yield what each packet decodes to; None means an error."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except IndexError:
                # A stream that began later, such as sound, which PyAV does not know.
                packets = self._container.demux(self._stream)
                continue
            except (self._av.FFmpegError, OSError) as error:
                if self._live:
                    raise SourceError(
                        f"no picture came any more ({_reason(error)})."
                    ) from None
                return
            if packet is None:
                return
            if self._copy is not None and packet.size:
                self._copy.take(packet)
            try:
                yield packet.decode()
            except (self._av.FFmpegError, OSError):
                yield None

    def _upright(self, frame: Any) -> Image:
        plain = self._reformatter.reformat(frame, format="bgr24").to_ndarray()
        turn = _UPRIGHT.get(frame.rotation % 360)
        image = plain if turn is None else cv2.rotate(plain, turn)
        return np.asarray(image, np.uint8)

    def _time_of(self, frame: Any) -> float | None:
        ticks = frame.dts if self._uses_dts or frame.pts is None else frame.pts
        return None if ticks is None else ticks * self._tick_ms


def _reason(error: Exception) -> str:
    """Return what went wrong without the address, which may hold a password."""
    # FFmpeg's errors are (code, text, address), and not all of them are OSErrors.
    text = str(error.args[1]) if len(error.args) > 1 else type(error).__name__
    if isinstance(error, TimeoutError) or text.startswith("Immediate exit"):
        return "it does not answer in time"
    if text.startswith("Invalid data"):
        return "it is damaged or cut off, or of a format that FFmpeg does not know"
    return text[:1].lower() + text[1:]
