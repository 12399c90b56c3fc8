"""Videos of the frames with their results: ``video:out.mkv``.

What lives here: the sink, which decides when each picture is shown, and the two ways to
write it (PyAV's H.264, OpenCV's MPEG-4), both so that a kill leaves a file that plays.
What may not: reading videos. Start reading at ``video_sink.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .encoders import new_writer, writes_h264
    from .packet_writer import PacketWriter
    from .piece_file import PieceFile
    from .writer import VideoWriter
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "encoders": "new_writer writes_h264",
            "packet_writer": "PacketWriter",
            "piece_file": "PieceFile",
            "writer": "VideoWriter",
        },
    )
