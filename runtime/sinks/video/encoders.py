"""Which encoder writes a video file: PyAV's H.264, or what OpenCV has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...pyav import has_pyav
from .opencv_writer import OpencvWriter
from .piece_file import PieceFile
from .writer import VideoWriter

# What OpenCV's own FFmpeg can write everywhere; it has no H.264 encoder.
CODECS: Final = {".mkv": "mp4v", ".avi": "MJPG", ".mp4": "mp4v"}
H264: Final = frozenset({"", "avc1", "h264", "x264"})
"""Codecs, four letters, that PyAV writes; empty means that of the file type."""


def new_writer(
    file: PieceFile,
    *,
    fourcc: str = "",
    fps: float,
    size: tuple[int, int],
    paced: bool = True,
    preset: str = "veryfast",
) -> VideoWriter:
    """Return what writes a video into a file.

    Args:
        file: Its name ends in .mkv, .avi or .mp4.
        fourcc: Codec, four letters; empty means that of the file type.
        fps: Frames per second.
        size: Width and height of the pictures.
        paced: Show pictures at their times; otherwise at the rate.
        preset: Of H.264: x264's word for how much work goes into a small file.

    Raises:
        SinkError: No encoder for it is there.
    """
    if writes_h264(file.path, fourcc) and not any(n % 2 for n in size):
        from .pyav_writer import PyavWriter

        return PyavWriter(file, fps=fps, size=size, paced=paced, preset=preset)
    return OpencvWriter(
        file,
        fourcc or CODECS[file.path.suffix.lower()],
        fps=fps,
        size=size,
        paced=paced,
    )


def writes_h264(path: Path, fourcc: str = "") -> bool:
    """Return whether PyAV writes this file, and not OpenCV."""
    if fourcc.lower() not in H264 or path.suffix.lower() == ".avi" or not has_pyav():
        return False
    from .pyav_writer import can_write

    return can_write(path)
