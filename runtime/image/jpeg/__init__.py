"""JPEG files as cameras send them.

What lives here: how a stream is cut into files, what a header says, and a decoder that
notices damage. What may not: where the bytes come from. Start reading at
``decoding.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoding import SCALES, DamagedPictureError, decode_jpeg, reports_damage
    from .header import JpegHeader, read_header
    from .jpeg_queue import JpegQueue
    from .reduced_decoding import ReducedDecoding, Rule
    from .splitter import JpegSplitter
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoding": "DamagedPictureError SCALES decode_jpeg reports_damage",
            "header": "JpegHeader read_header",
            "jpeg_queue": "JpegQueue",
            "reduced_decoding": "ReducedDecoding Rule",
            "splitter": "JpegSplitter",
        },
    )
