"""H.264 through PyAV, the extra ``video``: every picture at its own time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from ....errors import SinkError
from ...frame import Image
from ...pyav import import_pyav
from .matroska_file import MatroskaFile
from .piece_file import PieceFile
from .writer import check_room

ENCODER: Final = "libx264"
# 90 kHz, as in broadcasts: whole numbers for all usual rates.
TICKS: Final = 90_000
CONTAINERS: Final = {
    # Fragments, each of which stands for itself. FFmpeg's index at the end would grow
    # in memory for as long as the run lasts.
    ".mp4": (
        "mp4",
        "frag_keyframe+empty_moov+default_base_moof+skip_trailer",
    ),
    ".mkv": ("matroska", ""),
}
# What OpenCV and PyAV make of BGR when nobody says anything: ITU-R BT.601 at 16..235.
# Stated in the file, because players take BT.709 for large pictures.
_BT601: Final = 6
_LIMITED: Final = 1


def can_write(path: Path) -> bool:
    """Return whether this PyAV writes H.264 into a file of this kind.

    Raises:
        MissingDependencyError: There is no PyAV.
    """
    av = import_pyav("Writing H.264")
    return path.suffix.lower() in CONTAINERS and ENCODER in av.codecs_available


class PyavWriter:
    """A video in H.264 that browsers play, also after a kill.

    A whole picture comes each second, and the second before it is handed to the system
    then. Each picture is written once, with its own time.

    Args:
        file: Its name ends in .mp4 or .mkv.
        fps: Frames per second, for the header; the pictures' times count.
        size: Width and height of the pictures; even.
        paced: Show pictures at their times; otherwise at the rate.
        preset: x264's word for how much work goes into a small file.
    """

    def __init__(
        self,
        file: PieceFile,
        *,
        fps: float,
        size: tuple[int, int],
        paced: bool,
        preset: str = "veryfast",
    ) -> None:
        self._av = import_pyav("Writing H.264")
        self._path = path = file.path
        self._step = max(1, round(TICKS / fps))
        self._paced = paced
        self._count = 0
        self._last = self._whole_at = -1
        kind, flags = CONTAINERS[path.suffix.lower()]
        self._pieces = Pieces(file, is_matroska=kind == "matroska")
        options = {"flush_packets": "1"}
        if flags:
            options["movflags"] = flags
        else:
            options["cluster_time_limit"] = "1000"
        self._container: Any = self._av.open(
            self._pieces, "w", format=kind, options=options
        )
        self._stream: Any = self._container.add_stream(
            ENCODER,
            rate=Fraction(fps).limit_denominator(1001),
            options={
                "preset": preset,
                "tune": "zerolatency",  # nothing waits in the encoder
                "crf": "23",
                "forced-idr": "1",
            },
        )
        context = self._stream.codec_context
        context.width, context.height = size
        context.pix_fmt = "yuv420p"
        context.colorspace = context.color_primaries = context.color_trc = _BT601
        context.color_range = _LIMITED
        self._stream.time_base = context.time_base = Fraction(1, TICKS)
        self._reformatter = self._av.video.reformatter.VideoReformatter()

    def add(self, image: Image, at_s: float) -> None:
        """Append a picture; one that comes with the one before is left out.

        Raises:
            SinkError: The disk is nearly full, or did not take what came before.
        """
        ticks = round(at_s * TICKS) if self._paced else self._count * self._step
        self._count += 1
        if ticks <= self._last:
            return
        types = self._av.video.frame.PictureType
        begins = self._whole_at < 0 or ticks - self._whole_at >= TICKS
        if begins:
            check_room(self._path)
            self._whole_at = ticks
        plain = self._av.VideoFrame.from_ndarray(image, format="bgr24")
        frame = self._reformatter.reformat(plain, format="yuv420p")
        frame.pict_type = types.I if begins else types.NONE
        frame.pts, frame.time_base = ticks, Fraction(1, TICKS)
        if self._last >= 0:
            self._step = ticks - self._last
        self._last = ticks
        self._write(frame)

    def close(self) -> None:
        """Finish the video; the file stays open.

        Raises:
            SinkError: The last second cannot be kept.
        """
        try:
            if self._count:
                self._write(None)
            self._container.close()
            self._pieces.end_piece()
        except (self._av.FFmpegError, OSError) as error:
            raise SinkError(f"Cannot write {self._path}: {error}.") from error
        finally:
            self._pieces.finish()

    def _write(self, frame: Any) -> None:
        try:
            for packet in self._stream.encode(frame):
                packet.duration = self._step  # how long the last one of all is shown
                self._container.mux(packet)
        except (self._av.FFmpegError, ValueError) as error:
            raise SinkError(f"Cannot write {self._path}: {error}.") from error
        self._pieces.end_piece()


class Pieces:
    """What PyAV writes into: it cannot be sought in, and keeps whole fragments only."""

    def __init__(self, file: PieceFile, *, is_matroska: bool) -> None:
        self._file = file
        self._matroska = MatroskaFile(file) if is_matroska else None
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; PyAV calls it, and an error in it would be lost."""
        self._waiting += data
        return len(data)

    def end_piece(self) -> None:
        """Hand on what came since the last picture: nothing, or a fragment.

        Raises:
            SinkError: The system did not take it.
        """
        piece = bytes(self._waiting)
        self._waiting.clear()
        if not piece:
            return
        if self._matroska is not None:
            self._matroska.write(piece)
        else:
            self._file.append(piece)

    def finish(self) -> None:
        """Write what belongs to the end of the file."""
        if self._matroska is not None:
            self._matroska.finish()
