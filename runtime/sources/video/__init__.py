"""Video files, and the decoders of videos wherever they come from.

What lives here: the source of files, its two readers (OpenCV's, and PyAV's, which also
reads addresses and pipes), times and codecs. What may not: connecting and reconnecting
to cameras. Start reading at ``video_source.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .file_clock import FileClock
    from .pyav_reader import ByteStream, PyavReader, UnknownProtocolError
    from .reader import VideoReader
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "file_clock": "FileClock",
            "pyav_reader": "ByteStream PyavReader UnknownProtocolError",
            "reader": "VideoReader",
        },
    )
