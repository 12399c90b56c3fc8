"""H.264 packets into a file, as they came: nothing is decoded or encoded."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

from ....errors import SinkError
from ...pyav import import_pyav
from .piece_file import PieceFile
from .pyav_writer import CONTAINERS, TICKS, Pieces
from .writer import check_room


class PacketWriter:
    """A video of packets, each with its own time.

    What is between two whole pictures is handed to the system with the second one.

    Args:
        file: Its name ends in .mp4 or .mkv.
        first: The first packet with the headers before it, in Annex B; a decoder can
            begin there.

    Attributes:
        size: Width and height of the pictures.

    Raises:
        SinkError: The packet tells no size.
    """

    def __init__(self, file: PieceFile, first: bytes) -> None:
        self._av = import_pyav("Copying H.264")
        self._path = file.path
        self._step = TICKS // 25
        self._last = -1
        try:
            # The container takes what the video is from a stream that is open.
            self._template: Any = self._av.open(io.BytesIO(first), "r", format="h264")
            stream = self._template.streams.video[0]
            context = stream.codec_context
            self.size: tuple[int, int] = (context.width, context.height)
        except (self._av.FFmpegError, IndexError, ValueError) as error:
            raise SinkError(
                f"Cannot copy a video into {self._path}: {error}."
            ) from None
        if not all(self.size):
            raise SinkError(f"Cannot copy a video into {self._path}: it has no size.")
        kind, flags = CONTAINERS[self._path.suffix.lower()]
        self._pieces = Pieces(file, is_matroska=kind == "matroska")
        options = {"flush_packets": "1", **({"movflags": flags} if flags else {})}
        self._container: Any = self._av.open(
            self._pieces, "w", format=kind, options=options
        )
        self._stream = self._container.add_stream_from_template(stream)
        self._stream.time_base = Fraction(1, TICKS)

    def add(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        """Append a packet.

        Args:
            data: In Annex B.
            at_s: When it is shown, from the first one on; one that does not come later
                than the one before is shown right after it.
            is_key: A decoder can begin here.

        Raises:
            SinkError: The disk is nearly full, or did not take what came before.
        """
        if is_key:
            check_room(self._path)
        ticks = max(round(at_s * TICKS), self._last + 1)
        if self._last >= 0:
            self._step = ticks - self._last
        self._last = ticks
        packet = self._av.Packet(data)
        packet.pts = packet.dts = ticks
        packet.duration = self._step
        packet.time_base = Fraction(1, TICKS)
        packet.is_keyframe = is_key
        packet.stream = self._stream
        try:
            self._container.mux(packet)
        except (self._av.FFmpegError, ValueError) as error:
            raise SinkError(f"Cannot write {self._path}: {error}.") from error
        self._pieces.end_piece()

    def close(self) -> None:
        """Finish the video; the file stays open.

        Raises:
            SinkError: The end of it cannot be kept.
        """
        try:
            self._container.close()
            self._pieces.end_piece()
        except (self._av.FFmpegError, OSError) as error:
            raise SinkError(f"Cannot write {self._path}: {error}.") from error
        finally:
            self._pieces.finish()
            self._template.close()
