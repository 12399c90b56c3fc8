"""Pictures that another program pipes in: ``-``, a FIFO, ``<(program)``.

What lives here: the source, and what makes pictures of a stream of bytes, wherever it
comes from. What may not: other kinds of source, and decoders. Start reading at
``pipe_source.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .base import PictureStream, Portion
    from .descriptor import is_pipe
    from .picture_format import PictureFormat, open_stream
    from .video_stream import VideoStream
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "base": "PictureStream Portion",
            "descriptor": "is_pipe",
            "picture_format": "PictureFormat open_stream",
            "video_stream": "VideoStream",
        },
    )
