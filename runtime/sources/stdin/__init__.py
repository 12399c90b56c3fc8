"""Pictures that another program pipes in: ``-``.

What lives here: the source, and how a stream of bytes is cut into JPEG files. What may
not: other kinds of source. Start reading at ``stdin_source.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .jpeg_stream import JpegSplitter
    from .stdin_source import decode_jpeg
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "jpeg_stream": "JpegSplitter",
            "stdin_source": "decode_jpeg",
        },
    )
