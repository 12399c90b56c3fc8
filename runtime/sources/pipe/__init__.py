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
    from .descriptor import is_pipe
    from .picture_stream import PictureFormat, PictureStream, open_stream
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "descriptor": "is_pipe",
            "picture_stream": "PictureFormat PictureStream open_stream",
        },
    )
